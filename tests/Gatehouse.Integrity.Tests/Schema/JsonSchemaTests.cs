using Gatehouse.Integrity.Schema;
using Gatehouse.Integrity.Schema.Compilation;
using Gatehouse.Integrity.Schema.Evaluating;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Integrity.Tests.Schema;

[Trait("Requirement", "TP-04")]
public sealed class JsonSchemaTests
{
    [Fact]
    public void CallWithoutArguments_IsAnEmptyObject()
    {
        var none = Compiled.Schema("""{"type":"object"}""");
        var some = Compiled.Schema("""{"type":"object","required":["a"]}""");
        Assert.True(none.ValidateArguments("{}"u8.ToArray(), default).IsValid);
        Assert.False(some.ValidateArguments("{}"u8.ToArray(), default).IsValid);
        var message = """{"arguments":{"a":1}}"""u8.ToArray();
        Assert.True(some.ValidateArguments(message, new ByteRange(13, 7)).IsValid);
    }

    [Theory]
    [InlineData("""{"$ref":"https://example.com/schema.json"}""", "/$ref", "nothing is fetched")]
    [InlineData("""{"$ref":"other.json#/a"}""", "/$ref", "nothing is fetched")]
    [InlineData("""{"$ref":"file:///etc/passwd"}""", "/$ref", "nothing is fetched")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "/$ref", "leads nowhere")]
    [InlineData("""{"$schema":"http://json-schema.org/draft-04/schema#"}""", "/$schema", "dialect is not known")]
    [InlineData("""{"$schema":"https://example.com/own"}""", "/$schema", "dialect is not known")]
    [InlineData("""{"properties":{"a":{"type":"text"}}}""", "/properties/a/type", "a type is")]
    [InlineData("""{"properties":{"a":{"required":true}}}""", "/properties/a/required", "list of names")]
    [InlineData("""{"minLength":-1}""", "/minLength", "at least zero")]
    [InlineData("""{"multipleOf":0}""", "/multipleOf", "above zero")]
    [InlineData("""{"anyOf":[]}""", "/anyOf", "at least one schema")]
    [InlineData("""{"items":[{}]}""", "/items", "a schema is an object")]
    [InlineData("""{"pattern":"(a)\\1"}""", "/pattern", "back reference")]
    [InlineData("""{"pattern":"(?<=a)b"}""", "/pattern", "looking behind")]
    [InlineData("""{"patternProperties":{"[z-a]":{}}}""", "/patternProperties/[z-a]", "runs backwards")]
    [InlineData("""{"$defs":{"a":{"$id":"https://x.example/a"},"b":{"$id":"https://x.example/a"}}}""", "/$defs/b/$id", "same identifier")]
    [InlineData("""{"type":"object","\u0074ype":"array"}""", "", "not unambiguous JSON")]
    [InlineData("[]", "", "a schema is an object")]
    public void UnusableSchema_IsAFaultAtItsPlace(string schema, string path, string message)
    {
        var fault = Compiled.Fault(schema);
        Assert.Equal(path, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequiredVocabularyThatNobodyKnows_IsRefused()
    {
        var documents = new Dictionary<string, ReadOnlyMemory<byte>>
        {
            ["https://x.example/meta"] = """{"$vocabulary":{"https://x.example/vocab":true}}"""u8.ToArray(),
        };
        Assert.Contains("vocabulary", Compiled.Fault("""{"$schema":"https://x.example/meta"}""", new SchemaOptions { Documents = documents }).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_NamePlaceKeywordAndReason_WithoutTheValue()
    {
        var schema = Compiled.Schema("""
            {"type":"object","required":["id"],"additionalProperties":false,
             "properties":{"name":{"type":"string","maxLength":3},"list":{"items":{"minimum":2}}}}
            """);
        var result = schema.Check("""{"name":"secret","list":[1,5],"a/b":true}""");
        Assert.Equal(
            ["/name maxLength has more than 3 characters", "/list/0 minimum is less than 2",
                " additionalProperties has the member \"a/b\", which is not allowed", " required lacks the member \"id\""],
            result.Errors.Select(error => $"{error.InstancePath} {error.Keyword} {error.Message}")
                .OrderByDescending(text => text, StringComparer.Ordinal)
                .OrderBy(text => text.StartsWith("/name", StringComparison.Ordinal) ? 0
                : text.StartsWith("/list", StringComparison.Ordinal) ? 1 : text.StartsWith(" additional", StringComparison.Ordinal) ? 2 : 3));
        Assert.Contains("/properties/list/items/minimum", result.Errors.Select(error => error.SchemaPath));
        Assert.DoesNotContain(result.Errors, error => error.ToString().Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_AreNoMoreThanTheLimit()
    {
        var schema = Compiled.Schema("""{"items":{"type":"string"}}""", new SchemaOptions { Limits = new SchemaLimits { MaxErrors = 3 } });
        Assert.Equal(3, schema.Check("[1,2,3,4,5,6]").Errors.Count);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""", "1", "deep")]
    [InlineData("""{"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#"}]}}}""", "1", "deep")]
    [InlineData("""{"not":{"$ref":"#"}}""", "1", "deep")]
    public void SchemaThatRefersToItselfInPlace_EndsUndecided(string schema, string value, string reason)
    {
        var result = Compiled.Schema(schema).Check(value);
        Assert.Equal(SchemaVerdict.Undecided, result.Verdict);
        Assert.False(result.IsValid);
        Assert.Contains(reason, Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DoublingReferences_EndAtTheStepLimit()
    {
        var defs = string.Join(',', Enumerable.Range(0, 40)
            .Select(at => $"\"d{at}\":{{\"allOf\":[{{\"$ref\":\"#/$defs/d{at + 1}\"}},{{\"$ref\":\"#/$defs/d{at + 1}\"}}]}}"));
        var schema = Compiled.Schema($"{{\"$ref\":\"#/$defs/d0\",\"$defs\":{{{defs},\"d40\":{{}}}}}}",
            new SchemaOptions { Limits = new SchemaLimits { MaxSteps = 10_000 } });
        var result = schema.Check("1");
        Assert.Equal(SchemaVerdict.Undecided, result.Verdict);
        Assert.Equal(10_000, result.Steps);
    }

    [Fact]
    public void UndecidedInsideNot_IsNotValid()
    {
        var schema = Compiled.Schema("""{"not":{"items":{"type":"string"}}}""", new SchemaOptions { Limits = new SchemaLimits { MaxSteps = 10 } });
        Assert.Equal(SchemaVerdict.Undecided, schema.Check("[" + string.Join(',', Enumerable.Repeat("\"a\"", 100)) + "]").Verdict);
    }

    [Fact]
    public void Steps_AreTheSameEachTime()
    {
        var schema = Compiled.Schema("""{"items":{"pattern":"^(a+)+$","enum":["a","aa"]}}""");
        long[] steps = [.. Enumerable.Range(0, 3).Select(_ => schema.Check("""["a","aa","aaa"]""").Steps)];
        Assert.Equal(steps[0], steps[1]);
        Assert.Equal(steps[0], steps[2]);
        Assert.InRange(steps[0], 1, 200);
    }

    [Fact]
    [Trait("Requirement", "E10")]
    public void Bounds_OfTheSchema_AreFaults()
    {
        var limits = new SchemaLimits { MaxSubschemas = 3, MaxReferences = 1, MaxPatternStates = 20, MaxSchemaBytes = 200 };
        var options = new SchemaOptions { Limits = limits };
        Assert.Contains("more than 3 schemas", Compiled.Fault("""{"allOf":[{},{},{}]}""", options).Message, StringComparison.Ordinal);
        Assert.Contains("more than 1 references", Compiled.Fault("""{"allOf":[{"$ref":"#"},{"$ref":"#"}]}""", options).Message,
            StringComparison.Ordinal);
        Assert.Contains("more states", Compiled.Fault("""{"pattern":"a{30}"}""", options).Message, StringComparison.Ordinal);
        Assert.Contains("TooLarge", Compiled.Fault($"{{\"title\":\"{new string('a', 200)}\"}}", options).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LongNamesAroundManySchemas_AreAFault_NotAFullMemory()
    {
        string name = new('n', 1_000);
        var inner = "{\"anyOf\":[" + string.Join(',', Enumerable.Repeat("{}", 15_000)) + "]}";
        for (var depth = 0; depth < 20; depth++)
            inner = $"{{\"properties\":{{\"{name}\":{inner}}}}}";
        Assert.Contains("too long", Compiled.Fault(inner).Message, StringComparison.Ordinal);
    }

    // What real servers send besides 2020-12.
    [Theory]
    [InlineData("http://json-schema.org/draft-07/schema#",
        """{"definitions":{"p":{"minimum":1}},"items":[{"$ref":"#/definitions/p","maximum":0}],"additionalItems":false}""", "[5]", true)]
    [InlineData("http://json-schema.org/draft-07/schema#",
        """{"definitions":{"p":{"minimum":1}},"items":[{"$ref":"#/definitions/p"}],"additionalItems":false}""", "[5,6]", false)]
    [InlineData("http://json-schema.org/draft-07/schema#", """{"dependencies":{"a":["b"]}}""", """{"a":1}""", false)]
    [InlineData("http://json-schema.org/draft-07/schema#", """{"definitions":{"p":{"$id":"#here","type":"null"}},"$ref":"#here"}""", "1", false)]
    [InlineData("https://json-schema.org/draft-07/schema", """{"if":{"const":1},"then":false}""", "1", false)]
    [InlineData("http://json-schema.org/draft-06/schema#", """{"if":{"const":1},"then":false}""", "1", true)]
    [InlineData("http://json-schema.org/draft-06/schema#", """{"contains":{"const":1}}""", "[2]", false)]
    [InlineData("https://json-schema.org/draft/2019-09/schema", """{"items":[{"type":"null"}],"unevaluatedItems":false}""", "[null,1]", false)]
    [InlineData("https://json-schema.org/draft/2019-09/schema", """{"contains":{"type":"null"},"unevaluatedItems":false}""", "[null]", false)]
    [InlineData("https://json-schema.org/draft/2020-12/schema", """{"contains":{"type":"null"},"unevaluatedItems":false}""", "[null]", true)]
    [InlineData("https://json-schema.org/draft/2019-09/schema",
        """{"$recursiveAnchor":true,"properties":{"a":{"$recursiveRef":"#"}},"additionalProperties":false}""", """{"a":{"b":1}}""", false)]
    public void OtherDrafts_FollowTheirOwnRules(string draft, string keywords, string value, bool valid) =>
        Assert.Equal(valid, Compiled.Schema($"{{\"$schema\":\"{draft}\",{keywords[1..]}").Check(value).IsValid);

    [Theory]
    [InlineData("https://json-schema.org/draft/2020-12/schema")]
    [InlineData("https://json-schema.org/draft/2019-09/schema")]
    [InlineData("http://json-schema.org/draft-07/schema#")]
    [InlineData("http://json-schema.org/draft-06/schema#")]
    public void MetaSchemas_AreCarriedAndDescribeSchemas(string uri)
    {
        var meta = Compiled.Schema($"{{\"$schema\":\"{uri}\",\"$ref\":\"{uri}\"}}");
        Assert.True(meta.Check("""{"type":"object","properties":{"a":{"minLength":1}}}""").IsValid);
        Assert.False(meta.Check("""{"properties":{"a":{"minLength":-1}}}""").IsValid);
    }

    [Theory]
    [InlineData("""{"multipleOf":0.01}""", "4.35", true)]
    [InlineData("""{"multipleOf":0.01}""", "4.355", false)]
    [InlineData("""{"multipleOf":3}""", "1e300", false)]
    [InlineData("""{"multipleOf":1e-300}""", "1e300", true)]
    [InlineData("""{"maximum":9007199254740992}""", "9007199254740993", false)]
    [InlineData("""{"const":1.0}""", "1", true)]
    [InlineData("""{"const":9007199254740993}""", "9007199254740992", false)]
    [InlineData("""{"type":"integer"}""", "1e2", true)]
    [InlineData("""{"type":"integer"}""", "1e-2", false)]
    [InlineData("""{"maxLength":1}""", "\"\\ud83d\\ude00\"", true)]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1,"b":2.0},{"b":2,"a":1}]""", false)]
    public void Values_AreComparedExactly(string schema, string value, bool valid) =>
        Assert.Equal(valid, Compiled.Schema(schema).Check(value).IsValid);
}
