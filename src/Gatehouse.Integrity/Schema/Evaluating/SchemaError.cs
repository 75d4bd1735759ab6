namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>One violation of a schema by a value.</summary>
/// <param name="InstancePath">JSON Pointer of the place in the value; text from outside.</param>
/// <param name="SchemaPath">JSON Pointer of the keyword in its document; text from outside.</param>
/// <param name="Keyword">The keyword, or <c>false</c> for the schema that allows nothing.</param>
/// <param name="Message">The fault, in words. It never holds the value; names of members and limits come from the schema.</param>
public sealed record SchemaError(string InstancePath, string SchemaPath, string Keyword, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{(InstancePath.Length == 0 ? "(root)" : InstancePath)} {Message} ({SchemaPath})";
}
