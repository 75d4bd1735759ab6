namespace Gatehouse.Protocol.Framing;

/// <summary>What <see cref="BoundedLineReader"/> came to.</summary>
public enum LineOutcome
{
    /// <summary>A whole line.</summary>
    Line,

    /// <summary>A line longer than the bound: it was dropped up to its end, and reading may go on.</summary>
    TooLong,

    /// <summary>The stream ended. A last line without its line feed is not delivered: it may be half a message.</summary>
    End,
}
