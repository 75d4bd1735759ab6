namespace Gatehouse.Pipeline.ServerRequests;

/// <summary>The kinds of input that a field of a form accepts.</summary>
internal enum FieldKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>Numbers.</summary>
    Number,

    /// <summary>One or several of given choices, or yes and no: nothing that only the person knows.</summary>
    Choice,
}
