"""The tabs of the subject pane, one a file."""

from iamtui.app.panes.tabs.activity import ActivityTab
from iamtui.app.panes.tabs.document import DocumentTab
from iamtui.app.panes.tabs.findings import FindingsTab
from iamtui.app.panes.tabs.json import JsonTab
from iamtui.app.panes.tabs.overview import OverviewTab
from iamtui.app.panes.tabs.permissions import PermissionsTab
from iamtui.app.panes.tabs.relations import RelationsTab
from iamtui.app.panes.tabs.subject_tab import SubjectTab
from iamtui.app.panes.tabs.tags import TagsTab
from iamtui.app.panes.tabs.trust import TrustTab
from iamtui.app.panes.tabs.versions import VersionsTab

TABS: tuple[type[SubjectTab], ...] = (
    OverviewTab,
    PermissionsTab,
    TrustTab,
    DocumentTab,
    RelationsTab,
    FindingsTab,
    ActivityTab,
    TagsTab,
    VersionsTab,
    JsonTab,
)
"""In the order of the strip."""

__all__ = ["TABS", "ActivityTab", "DocumentTab", "SubjectTab", "TrustTab"]
