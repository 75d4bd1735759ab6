using System.Globalization;
using System.Text.Json;
using Gatehouse.Integrity.Schema.Evaluating;

namespace Gatehouse.Integrity.Tests.Schema;

/// <summary>Generated schemas and values come out as <c>JsonSchema.Net</c>, another validator of the same specification, sees them.</summary>
[Trait("Requirement", "TP-04")]
public sealed class SchemaAgreementTests
{
    private static readonly int Cases = TestSize.Of(500, 5000, 50000);

    private static readonly string[] Names = ["a", "b", "c"];

    [Fact]
    public void GeneratedSchemas_AgreeWithAnotherValidator()
    {
        var dice = new Dice(202012);
        var valid = 0;
        for (var at = 0; at < Cases; at++)
        {
            var (schema, value) = (Root(dice), Value(dice, 3));
            using var read = JsonDocument.Parse(value);
            var theirs = Json.Schema.JsonSchema.FromText(schema).Evaluate(read.RootElement).IsValid;
            var ours = Compiled.Schema(schema).Check(value).Verdict;
            Assert.True(ours == (theirs ? SchemaVerdict.Valid : SchemaVerdict.Invalid), $"{ours}, and another says {theirs}: {schema} on {value}");
            valid += theirs ? 1 : 0;
        }

        Assert.InRange(valid, Cases / 10, Cases * 9 / 10);
    }

    private static string Root(Dice dice) =>
        $"{{\"$defs\":{{\"d\":{Schema(dice, 0)}}},\"allOf\":[{Schema(dice, 3)}]{(dice.OneIn(3) ? ",\"unevaluatedProperties\":false" : "")}}}";

    private static string Schema(Dice dice, int depth)
    {
        if (dice.OneIn(12))
            return dice.Pick(["true", "false"]);
        var keywords = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 1 + dice.Next(3); at > 0; at--)
        {
            (var name, var value) = Keyword(dice, depth);
            keywords[name] = value;
        }

        return $"{{{string.Join(',', keywords.Select(pair => $"\"{pair.Key}\":{pair.Value}"))}}}";
    }

    private static (string Name, string Value) Keyword(Dice dice, int depth) => dice.Next(depth == 0 ? 10 : 24) switch
    {
        0 => ("type", dice.Pick(["\"string\"", "\"object\"", "[\"array\",\"integer\"]", "\"number\"", "[\"object\",\"array\"]"])),
        1 => ("enum", $"[{Value(dice, 1)},{Value(dice, 0)}]"),
        2 => ("const", Value(dice, 1)),
        3 => (dice.Pick(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), Number(dice)),
        4 => ("multipleOf", dice.Pick(["1", "2", "0.5"])),
        5 => (dice.Pick(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]), Digit(dice, 3)),
        6 => ("pattern", dice.Pick(["\"^a\"", "\"b$\"", "\"^(a|b)+$\"", "\"(?!a)b\""])),
        7 => ("uniqueItems", "true"),
        8 => ("required", $"[\"{dice.Pick(Names)}\"]"),
        9 => ("dependentRequired", $"{{\"{dice.Pick(Names)}\":[\"{dice.Pick(Names)}\"]}}"),
        10 or 11 or 12 => ("properties", $"{{\"a\":{Schema(dice, depth - 1)},\"b\":{Schema(dice, depth - 1)}}}"),
        13 => ("patternProperties", $"{{\"^[ab]\":{Schema(dice, depth - 1)}}}"),
        14 => ("additionalProperties", Schema(dice, depth - 1)),
        15 => ("prefixItems", $"[{Schema(dice, depth - 1)}]"),
        16 => ("items", Schema(dice, depth - 1)),
        17 => ("contains", Schema(dice, depth - 1)),
        18 => (dice.Pick(["allOf", "anyOf", "oneOf"]), $"[{Schema(dice, depth - 1)},{Schema(dice, depth - 1)}]"),
        19 => ("not", Schema(dice, depth - 1)),
        20 => (dice.Pick(["if", "then", "else"]), Schema(dice, depth - 1)),
        21 => ("dependentSchemas", $"{{\"{dice.Pick(Names)}\":{Schema(dice, depth - 1)}}}"),
        22 => ("propertyNames", Schema(dice, depth - 1)),
        _ => ("$ref", "\"#/$defs/d\""),
    };

    private static string Value(Dice dice, int depth) => dice.Next(depth == 0 ? 4 : 8) switch
    {
        0 => Number(dice),
        1 => dice.Pick(["\"a\"", "\"ab\"", "\"\"", "\"bab\"", "\"c\""]),
        2 => dice.Pick(["true", "false", "null"]),
        3 => Digit(dice, 4),
        4 or 5 => $"[{string.Join(',', Enumerable.Range(0, dice.Next(4)).Select(_ => Value(dice, depth - 1)))}]",
        _ => $"{{{string.Join(',', Names.Where(_ => !dice.OneIn(3)).Select(name => $"\"{name}\":{Value(dice, depth - 1)}"))}}}",
    };

    private static string Number(Dice dice) => dice.Pick(["0", "1", "-1", "2.5", "3", "1.0", "1e1"]);

    private static string Digit(Dice dice, int bound) => dice.Next(bound).ToString(CultureInfo.InvariantCulture);
}
