namespace Gatehouse.Integrity.Schema;

/// <summary>One way in which a value does not fit a schema.</summary>
/// <param name="InstancePath">JSON Pointer of the place in the value; text from outside.</param>
/// <param name="SchemaPath">JSON Pointer of the keyword in its document; text from outside.</param>
/// <param name="Keyword">The keyword, or <c>false</c> for the schema that allows nothing.</param>
/// <param name="Message">What is wrong, in words. It never holds the value; names of members and limits come from the schema.</param>
public sealed record SchemaError(string InstancePath, string SchemaPath, string Keyword, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(InstancePath.Length == 0 ? "(root)" : InstancePath)} {Message} ({SchemaPath})";
}
