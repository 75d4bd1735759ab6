using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Schema;

/// <summary>
/// A compiled JSON Schema: 2020-12, or one of the older drafts that servers also send (2019-09, draft-07, draft-06). Immutable, safe for concurrent
/// use.
/// </summary>
/// <remarks>Nothing is fetched: a reference to a document that is neither within the schema nor given is a fault of the schema.</remarks>
public sealed class JsonSchema
{
    private static readonly JsonElement NoArguments = JsonElement.Parse("{}"u8);

    private readonly SchemaNode root;
    private readonly SchemaLimits limits;

    internal JsonSchema(SchemaNode root, SchemaLimits limits, long weight)
    {
        this.root = root;
        this.limits = limits;
        Weight = weight;
    }

    /// <summary>The approximate memory of the schema, in bytes, for a cache of many.</summary>
    public long Weight { get; }

    /// <summary>Compiles a schema.</summary>
    /// <param name="utf8">The document; it need not be validated yet.</param>
    /// <param name="options">The options.</param>
    /// <param name="schema">The schema when the answer is true.</param>
    /// <param name="fault">The first fault when the answer is false.</param>
    public static bool TryCompile(ReadOnlyMemory<byte> utf8, SchemaOptions options, [NotNullWhen(true)] out JsonSchema? schema, [NotNullWhen(false)]
        out SchemaFault? fault)
    {
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            var compiler = new SchemaCompiler(options);
            schema = new JsonSchema(compiler.Compile(utf8), options.Limits, compiler.Weight);
            fault = null;
            return true;
        }
        catch (SchemaRefused refused)
        {
            schema = null;
            fault = refused.Fault;
            return false;
        }
    }

    /// <summary>Validates one value.</summary>
    /// <param name="instance">The value; its names are unique where the bytes were validated.</param>
    /// <param name="work">The work of the message that it is of; null for a value of no message.</param>
    public SchemaResult Validate(JsonElement instance, MessageWork? work = null) =>
        new Evaluation(limits, work ?? new MessageWork(limits.MaxSteps)).Run(root, instance);

    /// <summary>Validates a value within validated bytes.</summary>
    /// <param name="message">The message.</param>
    /// <param name="value">The value's range.</param>
    /// <param name="work">The work of the message; null for one that is judged by no other rule.</param>
    public SchemaResult Validate(ReadOnlyMemory<byte> message, ByteRange value, MessageWork? work = null)
    {
        using var document = JsonDocument.Parse(message.Slice(value.Start, value.Length), SchemaLimits.Nesting);
        return Validate(document.RootElement, work);
    }

    /// <summary>
    /// Validates the arguments of a <c>tools/call</c>. Absent arguments are an empty object: the member is optional in every revision.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="arguments">The range of the member <c>arguments</c>, absent when the call has none.</param>
    /// <param name="work">The work of the message; null for one that is judged by no other rule.</param>
    public SchemaResult ValidateArguments(ReadOnlyMemory<byte> message, ByteRange arguments, MessageWork? work = null) =>
        arguments.IsAbsent ? Validate(NoArguments, work) : Validate(message, arguments, work);
}
