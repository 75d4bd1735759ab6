namespace Gatehouse.Administration;

/// <summary>The result of an act as it travels. Programs may read every member.</summary>
internal abstract record ActResult
{
    /// <summary>The result in a sentence, for a person; null where the members say it all.</summary>
    internal virtual string? Sentence => null;

    /// <summary>
    /// A sentence with names from outside. The threat: a server names a tool like a command, and the options that a proposed command gets make it
    /// look like one of Gatehouse (CWE-451). No command in it gets options.
    /// </summary>
    internal virtual string? OutsideRemark => null;

    /// <summary>More sentences about the result, each for itself.</summary>
    internal virtual IReadOnlyList<string> Remarks => [];

    /// <summary>The answer, where it is not one of the usual form; null for that.</summary>
    internal virtual ControlReply? Reply => null;

    /// <summary>A remark about what is missing, and what to do; null for none.</summary>
    public virtual string? Remedy { get; init; }
}
