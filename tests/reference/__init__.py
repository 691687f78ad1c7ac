"""A second evaluator, slow and literal, written from the specification alone.

It shares no code with the product and uses nothing but the standard library, so that an agreement of
the two says something. `evaluator.reference_decide` decides one scenario case with its own policies;
`strategies` makes such cases at random; `mutations` spoils documents.
"""
