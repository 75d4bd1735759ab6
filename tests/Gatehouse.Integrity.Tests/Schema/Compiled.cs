using System.Text;
using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Tests.Schema;

/// <summary>Short ways to compile and validate.</summary>
internal static class Compiled
{
    public static JsonSchema Schema(string json, SchemaOptions? options = null)
    {
        Assert.True(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(json), options ?? SchemaOptions.Default, out var schema, out var fault),
            fault?.ToString());
        return schema!;
    }

    public static SchemaFault Fault(string json, SchemaOptions? options = null)
    {
        Assert.False(JsonSchema.TryCompile(Encoding.UTF8.GetBytes(json), options ?? SchemaOptions.Default, out _, out var fault));
        return fault!;
    }

    public static SchemaResult Check(this JsonSchema schema, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        return schema.Validate(bytes, SchemaSuite.Whole(bytes));
    }
}
