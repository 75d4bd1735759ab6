namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>The published drafts whose rules are known here, in order.</summary>
internal enum SchemaDraft
{
    Draft06 = 6,
    Draft07 = 7,
    Draft201909 = 8,
    Draft202012 = 9,
}
