namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>The reason why a schema cannot be used.</summary>
/// <param name="Path">JSON Pointer of the place in the schema; text from outside.</param>
/// <param name="Message">The reason in words, without text of the schema unless escaped.</param>
public sealed record SchemaFault(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Path.Length == 0 ? "(root)" : Path)}: {Message}";
}
