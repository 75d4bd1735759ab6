namespace Gatehouse.Pipeline.Inspection;

/// <summary>How much an edit takes from a message. Of edits that overlap, the strongest is applied.</summary>
public enum EditStrength
{
    /// <summary>Adds something and keeps what is there: a label, a marker.</summary>
    Annotate,

    /// <summary>Puts something else in the place of a value or a stretch of text.</summary>
    Replace,

    /// <summary>Takes a value or a stretch of text out.</summary>
    Remove,
}
