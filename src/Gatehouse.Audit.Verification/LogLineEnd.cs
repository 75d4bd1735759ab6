namespace Gatehouse.Audit.Verification;

/// <summary>How a line of a segment ends.</summary>
internal enum LogLineEnd
{
    /// <summary>With a line feed.</summary>
    Whole,

    /// <summary>With the segment: the process died while it wrote, or the file was cut.</summary>
    Torn,

    /// <summary>It is longer than any entry.</summary>
    TooLong,

    /// <summary>There is no line: zeros that the writer allocated in advance, to the end of the segment.</summary>
    Zeros,

    /// <summary>There is no line: zeros, and after them something else.</summary>
    AfterZeros,
}
