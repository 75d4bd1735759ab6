namespace Gatehouse.Pipeline.Inspection;

/// <summary>The strength of an edit: how much it removes from a message. Of edits that overlap, the strongest is applied.</summary>
public enum EditStrength
{
    /// <summary>Adds bytes and keeps the existing ones: a label, a marker.</summary>
    Annotate,

    /// <summary>Replaces a value or a stretch of text.</summary>
    Replace,

    /// <summary>Removes a value or a stretch of text.</summary>
    Remove,
}
