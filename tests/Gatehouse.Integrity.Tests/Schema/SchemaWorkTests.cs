using System.Text;
using System.Text.Json;
using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol;

namespace Gatehouse.Integrity.Tests.Schema;

/// <summary>
/// Each keyword on its worst value, of a schema that keeps the limits: steps and memory grow with the value, and a step stands for little memory and
/// time, so that the steps of a message bound its cost (CWE-407).
/// </summary>
[Trait("Requirement", "EX-03")]
public sealed class SchemaWorkTests
{
    // All bytes of a value. A message may have more; this size keeps the class within a few seconds.
    private static readonly int All = TestSize.Of(1 << 16, 1 << 18, 1 << 22);

    // So many that a validation ends by itself.
    private const long NoBound = 1L << 50;

    private static readonly Dictionary<(string Keyword, string Form), (string Schema, Func<int, string> Value)> Worst = new()
    {
        [("AllOfKeyword", "counts of an escaped text")] = (Many("allOf", 2000, n => $"{{\"maxLength\":{100_000_000 + n}}}"), Escaped),
        [("AnyOfKeyword", "constants beside a text")] = (Many("anyOf", 2000, n => $"{{\"const\":\"{n}\"}}"), Escaped),
        [("OneOfKeyword", "constants beside a text")] = (Many("oneOf", 2000, n => $"{{\"enum\":[\"{n}\"]}}"), Escaped),
        [("NotKeyword", "constants beside a text")] = (Many("allOf", 2000, n => $"{{\"not\":{{\"const\":\"{n}\"}}}}"), Escaped),
        [("IfKeyword", "constants beside a text")] =
            (Many("allOf", 2000, n => $"{{\"if\":{{\"const\":\"{n}\"}},\"then\":false,\"else\":{{\"minLength\":1}}}}"), Escaped),
        [("ReferenceKeyword", "one constant, often")] =
            ("{\"$defs\":{\"a\":{\"const\":\"x\"}}," + Many("anyOf", 2000, _ => "{\"$ref\":\"#/$defs/a\"}")[1..], Escaped),
        [("EnumKeyword", "constants as long as the texts")] =
            ($"{{\"items\":{Many("anyOf", 100, n => $"{{\"const\":\"{n:D2000}\"}}")}}}", size => Array(size, $"\"{new string('7', 2_000)}\"")),
        [("EnumKeyword", "objects with texts")] =
            ($"{{\"enum\":[{Join(500, n => $"{{\"a\":\"{n}\"}}")}]}}", size => $"{{\"a\":{Escaped(size)}}}"),
        [("EnumKeyword", "long numbers")] =
            ($"{{\"items\":{{\"enum\":[{Join(100, n => $"1{n:D100}")}]}}}}", size => Array(size, new string('7', 120))),
        [("PatternKeyword", "patterns that read all of a text")] = (Many("allOf", 50, n => $"{{\"pattern\":\"(a|b|c)*d{n}?\"}}"), Plain),
        [("CountKeyword", "an escaped text")] = (Many("allOf", 2000, _ => "{\"minLength\":1}"), Escaped),
        [("FormatKeyword", "a long text")] = (Many("allOf", 100, _ => "{\"format\":\"uri-reference\"}"), Plain),
        [("FormatKeyword", "short patterns with many states")] = ("{\"items\":{\"format\":\"regex\"}}", size => Array(size / 64, "\"a{4000}\"")),
        [("MultipleOfKeyword", "large exponents")] =
            ($"{{\"items\":{{\"multipleOf\":{new string('7', 120)}}}}}", size => Array(size, "1e999999999")),
        [("MultipleOfKeyword", "small exponents")] =
            ("{\"items\":{\"multipleOf\":3e300}}", size => Array(size, new string('9', 120))),
        [("NumberLimitKeyword", "long numbers")] =
            ($"{{\"items\":{{\"minimum\":{new string('7', 100)}e10}}}}", size => Array(size, new string('7', 110))),
        [("TypeKeyword", "long numbers")] = ("{\"items\":{\"type\":\"integer\"}}", size => Array(size, new string('7', 120))),
        [("ItemsKeyword", "many elements")] = ("{\"items\":{\"items\":true}}", size => Array(size, "[1]")),
        [("ContainsKeyword", "many elements that do not fit")] = ("{\"contains\":{\"const\":\"x\"}}", size => Array(size, "\"a\"")),
        [("UniqueItemsKeyword", "many elements")] = ("{\"uniqueItems\":true}", size => "[" + Join(size / 8, n => $"{1_000_000 + n}") + "]"),
        [("UniqueItemsKeyword", "one element, often")] = ("{\"uniqueItems\":true}", size => Array(size, "{\"a\":[1,2]}")),
        [("UnevaluatedItemsKeyword", "many elements")] =
            ("{\"allOf\":[{\"prefixItems\":[true]}],\"unevaluatedItems\":{\"type\":\"number\"}}", size => Array(size, "1")),
        [("PropertiesKeyword", "patterns on many names")] =
            ($"{{\"items\":{{\"patternProperties\":{{{Join(50, n => $"\"(a|b)*c{n}\":true")}}}}}}}", Objects),
        [("PropertyNamesKeyword", "long names")] = ("{\"items\":{\"propertyNames\":{\"maxLength\":2000}}}", Objects),
        [("RequiredKeyword", "a long name")] =
            ($"{{\"items\":{{\"required\":[\"{new string('a', 500_000)}\"]}}}}", size => Array(size / 64, "{\"a\":1}")),
        [("RequiredKeyword", "many names")] = ($"{{\"items\":{{\"required\":[{Join(200, n => $"\"k{n}\"")}]}}}}", Objects),
        [("DependentSchemaKeyword", "many triggers")] =
            ($"{{\"items\":{{\"dependentSchemas\":{{{Join(200, n => $"\"k{n}\":{{\"type\":\"object\"}}")}}}}}}}", Objects),
        [("UnevaluatedPropertiesKeyword", "many members")] =
            ("{\"items\":{\"allOf\":[{\"properties\":{\"k1\":true}}],\"unevaluatedProperties\":{\"type\":\"string\"}}}", Objects),
    };

    public static TheoryData<string, string> Forms
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (keyword, form) in Worst.Keys) data.Add(keyword, form);
            return data;
        }
    }

    [Fact]
    public void EveryKeyword_HasAWorstForm() => Assert.Equal(
        typeof(Keyword).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Keyword))).Select(type => type.Name).Order(StringComparer.Ordinal),
        Worst.Keys.Select(one => one.Keyword).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Forms))]
    public void AKeyword_CostsInProportionToTheValue(string keyword, string form)
    {
        var schema = Compile(keyword, form);
        _ = Cost(schema, Value(keyword, form, 1000)); // what is made once
        var (quarter, half, all) = (Cost(schema, Value(keyword, form, All / 4)), Cost(schema, Value(keyword, form, All / 2)),
            Cost(schema, Value(keyword, form, All)));
        Assert.True(half.Steps <= (2.2 * quarter.Steps) + 100 && all.Steps <= (2.2 * half.Steps) + 100,
            $"{quarter.Steps}, {half.Steps}, {all.Steps} steps for a quarter, half and all");
        Assert.True(half.Allocated <= (2.2 * quarter.Allocated) + 65_536 && all.Allocated <= (2.2 * half.Allocated) + 65_536,
            $"{quarter.Allocated}, {half.Allocated}, {all.Allocated} bytes for a quarter, half and all");
        Assert.True(all.Allocated <= (512 * all.Steps) + (8 * All), $"{all.Allocated} bytes for {all.Steps} steps");
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void AKeyword_TakesTimeInProportionToItsSteps(string keyword, string form)
    {
        Assert.SkipUnless(ThreadTime.IsMeasured, "this system does not tell the time of a thread");
        var schema = Compile(keyword, form);
        var (half, all) = (Value(keyword, form, All / 2), Value(keyword, form, All));
        var (less, more) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            less = ThreadTime.Least(less, () => Cost(schema, half));
            more = ThreadTime.Least(more, () => Cost(schema, all));
        }

        Assert.True(more <= (3 * less) + TimeSpan.FromMilliseconds(8), $"{less.TotalMilliseconds} ms for half, {more.TotalMilliseconds} ms for all");
    }

    [Fact]
    public void WorkOfAMessage_IsSharedByItsValidations()
    {
        var schema = Compiled.Schema("{\"items\":{\"type\":\"string\"}}");
        var work = new MessageWork(1000);
        var value = Encoding.UTF8.GetBytes(Array(8000, "\"a\""));
        Assert.Equal(SchemaVerdict.Undecided, schema.Validate(value, SchemaSuite.Whole(value), work).Verdict);
        Assert.True(work.IsSpent);
        var small = "[\"a\"]"u8.ToArray();
        Assert.Equal(SchemaVerdict.Undecided, schema.Validate(small, SchemaSuite.Whole(small), work).Verdict);
        work.Begin();
        Assert.Equal(SchemaVerdict.Valid, schema.Validate(small, SchemaSuite.Whole(small), work).Verdict);
    }

    private static JsonSchema Compile(string keyword, string form) =>
        Compiled.Schema(Worst[(keyword, form)].Schema, new SchemaOptions { AssertFormats = true });

    private static JsonElement Value(string keyword, string form, int size) =>
        JsonElement.Parse(Encoding.UTF8.GetBytes(Worst[(keyword, form)].Value(size)));

    // The least of three runs: what a pool of buffers lacks is made by the first.
    private static (long Steps, long Allocated) Cost(JsonSchema schema, JsonElement value) =>
        Enumerable.Range(0, 3).Select(_ => CostOnce(schema, value)).MinBy(static cost => cost.Allocated);

    private static (long Steps, long Allocated) CostOnce(JsonSchema schema, JsonElement value)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = schema.Validate(value, new MessageWork(NoBound));
        return (result.Steps, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Plain(int size) => $"\"{new string('a', size)}\"";

    // A text with one escape is decoded before it is compared.
    private static string Escaped(int size) => $"\"\\u0041{new string('a', size)}\"";

    private static string Array(int size, string element) => $"[{Join(Math.Max(1, size / (element.Length + 1)), _ => element)}]";

    private static string Objects(int size) => Array(size, $"{{{Join(40, n => $"\"k{n}{new string('a', 50)}\":1")}}}");

    private static string Many(string keyword, int count, Func<int, string> schema) => $"{{\"{keyword}\":[{Join(count, schema)}]}}";

    private static string Join(int count, Func<int, string> part) => string.Join(',', Enumerable.Range(0, count).Select(part));
}
