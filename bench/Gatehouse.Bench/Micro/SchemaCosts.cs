using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Pipeline.Schemas;

namespace Gatehouse.Bench.Micro;

/// <summary>Schemas as tools declare them, for the messages of the load generator.</summary>
internal static class SchemaCosts
{
    /// <summary>What the called tool takes.</summary>
    public static byte[] Input { get; } = """
        {"type":"object","properties":{"text":{"type":"string","minLength":1,"maxLength":4096,"pattern":"^[\\w ,.]+$"},"limit":{"type":"integer","minimum":1,"maximum":1000,"default":100},"mode":{"enum":["text","binary"]}},"required":["text"],"additionalProperties":false}
        """u8.ToArray();

    /// <summary>What it gives.</summary>
    public static byte[] Output { get; } = """
        {"type":"object","properties":{"rows":{"type":"array","items":{"type":"object","properties":{"id":{"type":"integer","minimum":0},"name":{"type":"string"},"open":{"type":"boolean"},"score":{"type":"number"}},"required":["id","name"],"additionalProperties":false}}},"required":["rows"],"additionalProperties":false}
        """u8.ToArray();

    /// <summary>A structured result of about 200 bytes.</summary>
    public static byte[] Small { get; } =
        """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[],"structuredContent":{"rows":[{"id":1,"name":"record 1","open":true,"score":0.5},{"id":2,"name":"record 2","open":true,"score":0.5}]}}}"""u8.ToArray();

    /// <summary>The called tool.</summary>
    /// <param name="output">True when it declares what it gives.</param>
    public static ToolDefinition Tool(bool output)
    {
        var shelf = new SchemaCache();
        return new ToolDefinition("r200", [], null) { Input = new ToolSchema(Input, shelf), Output = output ? new ToolSchema(Output, shelf) : null };
    }

    public static JsonSchema Compile(byte[] schema) =>
        JsonSchema.TryCompile(schema, SchemaOptions.Default, out var compiled, out var fault) ? compiled
            : throw new InvalidOperationException(fault.ToString());
}
