namespace Gatehouse.Configuration.Texts;

/// <summary>A line of a configuration as it may be shown.</summary>
/// <param name="Text">The text, with its secrets hidden.</param>
/// <param name="HiddenText">
/// The texts that are hidden in it, for a comparison in this process. It is never shown, and no digest of it either: a short secret can be guessed by
/// its digest.
/// </param>
internal readonly record struct ShownLine(string Text, string HiddenText)
{
    /// <summary>Returns the shown text.</summary>
    public override string ToString() => Text;
}
