using System.Text;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Pipeline.Tests;

/// <summary>Schemas are compiled once, kept within a bound, and compiled again when they were let go (design rule 8).</summary>
[Trait("Requirement", "TP-04")]
public sealed class SchemaCacheTests
{
    [Fact]
    public void Compiled_AreKeptWithinTheBound_AndStayUsable()
    {
        var shelf = new SchemaCache(maxBytes: 20_000);
        var schemas = Enumerable.Range(0, 50)
            .Select(i => new ToolSchema(Encoding.UTF8.GetBytes($"{{\"type\":\"object\",\"properties\":{{\"p{i}\":{{\"type\":\"integer\"}}}}}}"),
            shelf)).ToList();
        Assert.Equal(0, shelf.Count); // nothing is compiled before it is needed
        Assert.All(schemas, schema => Assert.Null(schema.Fault));
        Assert.InRange(shelf.Count, 1, 20);
        var before = shelf.Count;
        Assert.All(schemas, schema => Assert.Null(schema.Fault)); // known, though not kept
        Assert.Equal(before, shelf.Count);
        var message = Validate("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"p0":"x"}}}""");
        Assert.Equal("type", schemas[0].CheckArguments(message, new MessageWork())!.Keyword);
        Assert.Null(schemas[1].CheckArguments(message, new MessageWork()));
    }

    [Fact]
    public void OneThatIsLargerThanTheBound_IsKeptAlone()
    {
        var shelf = new SchemaCache(maxBytes: 1);
        ToolSchema first = new("{\"type\":\"object\"}"u8.ToArray(), shelf), second = new("{\"type\":\"array\"}"u8.ToArray(), shelf);
        Assert.Null(first.Fault);
        Assert.Null(second.Fault);
        Assert.Equal(1, shelf.Count);
    }

    [Fact]
    public void FaultOfASchema_IsPrintableAndShort_AndItsToolFitsNothing()
    {
        var hostile = new ToolSchema(Encoding.UTF8.GetBytes("{\"$ref\":\"https://\u202e\u001b[2J.example/" + new string('x', 5000) + "\"}"),
            new SchemaCache());
        Assert.Matches("^[ -~]{1,160}$", hostile.Fault);
        Assert.Same(SchemaViolation.Unusable,
            hostile.CheckArguments(Validate("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"""), new MessageWork()));
    }

    private static Gatehouse.Protocol.ValidatedMessage Validate(string json) =>
        MessageValidator.TryValidate(Encoding.UTF8.GetBytes(json), MessageLimits.Default, out var message,
            out var failure)
            ? message
            : throw new InvalidOperationException(failure.Fault.ToString());
}
