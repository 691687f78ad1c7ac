"""The tabs of the subject pane, one a file."""

from iamtui.app.tabs.document import DocumentTab
from iamtui.app.tabs.findings import FindingsTab
from iamtui.app.tabs.json import JsonTab
from iamtui.app.tabs.overview import OverviewTab
from iamtui.app.tabs.permissions import PermissionsTab
from iamtui.app.tabs.subject_tab import SubjectTab
from iamtui.app.tabs.tags import TagsTab
from iamtui.app.tabs.trust import TrustTab
from iamtui.app.tabs.used_by import UsedByTab
from iamtui.app.tabs.versions import VersionsTab

TABS: tuple[type[SubjectTab], ...] = (
    OverviewTab,
    PermissionsTab,
    TrustTab,
    DocumentTab,
    UsedByTab,
    FindingsTab,
    TagsTab,
    VersionsTab,
    JsonTab,
)
"""In the order of the strip."""

__all__ = ["TABS", "DocumentTab", "SubjectTab", "TrustTab"]
