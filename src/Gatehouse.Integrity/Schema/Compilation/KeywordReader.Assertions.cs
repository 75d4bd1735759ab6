using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Integrity.Schema.Keywords;

namespace Gatehouse.Integrity.Schema.Compilation;

internal sealed partial class KeywordReader
{
    private static readonly string[] NumberLimits = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

    private static readonly (string Name, JsonValueKind Kind, string Unit)[] Counts =
    [
        ("minLength", JsonValueKind.String, "characters"), ("maxLength", JsonValueKind.String, "characters"),
        ("minItems", JsonValueKind.Array, "elements"), ("maxItems", JsonValueKind.Array, "elements"),
        ("minProperties", JsonValueKind.Object, "members"), ("maxProperties", JsonValueKind.Object, "members"),
    ];

    private void Assertions()
    {
        if (TryGet("type", out var type))
            keywords.Add(new TypeKeyword(node.Path, Types(type)));
        Values();
        Numbers();
        foreach ((var name, var kind, var unit) in Counts)
        {
            if (TryGet(name, out var bound))
                keywords.Add(new CountKeyword(name, node.Path, kind, Count(name, bound), unit));
        }

        if (TryGet("pattern", out var pattern))
            keywords.Add(new PatternKeyword(node.Path, source.Pattern(Text(pattern, "pattern"), JsonPointers.Child(node.Path, "pattern"))));
        if (TryGet("uniqueItems", out var unique) && Flag("uniqueItems", unique))
            keywords.Add(new UniqueItemsKeyword(node.Path));
        Required();
    }

    private void Values()
    {
        if (TryGet("enum", out var values))
        {
            if (values.ValueKind != JsonValueKind.Array)
                throw Refuse("enum", "a list of values is wanted here");
            keywords.Add(new EnumKeyword("enum", node.Path, [.. values.EnumerateArray()]));
        }

        if (TryGet("const", out var value))
            keywords.Add(new EnumKeyword("const", node.Path, [value]));
    }

    private void Numbers()
    {
        foreach (var name in NumberLimits)
        {
            if (TryGet(name, out var limit))
                keywords.Add(new NumberLimitKeyword(name, node.Path, Number(name, limit), limit.GetRawText()));
        }

        if (!TryGet("multipleOf", out var factor))
            return;
        var number = Number("multipleOf", factor);
        keywords.Add(new MultipleOfKeyword(node.Path, number.IsPositive
            ? number : throw Refuse("multipleOf", "a number above zero is wanted here"), factor.GetRawText()));
    }

    private void Required()
    {
        if (TryGet("required", out var required))
            keywords.Add(new RequiredKeyword("required", node.Path, null, Names("required", required)));
        if (Dialect.Draft < SchemaDraft.Draft201909 || !TryGet("dependentRequired", out var dependent))
            return;
        if (dependent.ValueKind != JsonValueKind.Object)
            throw Refuse("dependentRequired", "an object of lists of names is wanted here");
        foreach (var member in dependent.EnumerateObject())
            keywords.Add(new RequiredKeyword("dependentRequired", node.Path, member.Name, Names("dependentRequired", member.Value)));
    }

    private void Format()
    {
        if (!TryGet("format", out var format))
            return;
        var name = Text(format, "format");
        if ((Has(Vocabularies.FormatAssertion) || source.AssertFormats) && Formats.Find(name) is { } fits)
            keywords.Add(new FormatKeyword(node.Path, name, fits));
    }

    private JsonTypes Types(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
            return OneType(value);
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
            throw Refuse("type", "a type or a list of types is wanted here");
        return value.EnumerateArray().Aggregate(JsonTypes.None, (types, one) => types | OneType(one));
    }

    private JsonTypes OneType(JsonElement value) => (value.ValueKind == JsonValueKind.String ? value.GetString() : null) switch
    {
        "null" => JsonTypes.Null,
        "boolean" => JsonTypes.Boolean,
        "object" => JsonTypes.Object,
        "array" => JsonTypes.Array,
        "number" => JsonTypes.Number,
        "string" => JsonTypes.String,
        "integer" => JsonTypes.Integer,
        _ => throw Refuse("type", "a type is null, boolean, object, array, number, string or integer"),
    };

    private ExactNumber Number(string keyword, JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? ExactNumber.Parse(JsonMarshal.GetRawUtf8Value(value))
        : throw Refuse(keyword, "a number is wanted here");

    // 2.0 is an integer too; beyond 2^53 no count is reached, so that the bound may as well be this one.
    private long Count(string keyword, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && Number(keyword, value).IsInteger && value.TryGetDouble(out var count) && count >= 0)
            return (long)Math.Min(count, 1L << 53);
        throw Refuse(keyword, "a whole number of at least zero is wanted here");
    }

    private bool Flag(string keyword, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse(keyword, "true or false is wanted here"),
    };

    private string[] Names(string keyword, JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select(name => Text(name, keyword))]
        : throw Refuse(keyword, "a list of names is wanted here");
}
