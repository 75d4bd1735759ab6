using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gatehouse.Text.Tests;

public sealed class JsonFieldsTests
{
    private static readonly JsonSerializerOptions WithoutNull = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    // The output of commands was written from objects before, and scripts compare it.
    [Fact]
    public void Members_AreWritten_AsThoseOfAnObjectWithoutItsNulls()
    {
        var at = new DateTimeOffset(2026, 11, 20, 9, 30, 0, 120, TimeSpan.FromHours(1));
        var (absent, given) = ((int?)null, (long?)long.MaxValue);
        string?[] names = ["b", null, "a"];
        var expected = JsonSerializer.Serialize(
            new
            {
                zeta = "it's <b> \u202e \U0001f600",
                absent,
                given,
                share = 0.1,
                whole = 90.0,
                least = 5E-324,
                at,
                moment = (DateTimeOffset?)at,
                yes = true,
                none = (string?)null,
                names,
                inner = new { first = 1, absent, list = new[] { new { one = 'x', absent } } },
                empty = Array.Empty<string>(),
            },
            WithoutNull);
        JsonObject actual = new JsonFields
        {
            ["zeta"] = "it's <b> \u202e \U0001f600",
            ["absent"] = absent,
            ["given"] = given,
            ["share"] = 0.1,
            ["whole"] = 90.0,
            ["least"] = 5E-324,
            ["at"] = at,
            ["moment"] = (DateTimeOffset?)at,
            ["yes"] = true,
            ["none"] = (string?)null,
            ["names"] = names.ToJsonArray(),
            ["inner"] = new JsonFields
            {
                ["first"] = 1,
                ["absent"] = absent,
                ["list"] = new[] { new JsonFields { ["one"] = 'x', ["absent"] = absent } }.ToJsonArray(),
            },
            ["empty"] = Array.Empty<string>().ToJsonArray(),
        };
        Assert.Equal(expected, actual.ToJsonString());
    }

    [Fact]
    public void AMember_IsGivenOnce()
    {
        var members = new JsonFields { ["name"] = 1 };
        Assert.Throws<ArgumentException>(() => members["name"] = 2);
        Assert.Equal(1, members["name"]!.GetValue<int>());
    }

    [Fact]
    public void AMissingObject_IsAMissingMember()
    {
        JsonObject outer = new JsonFields { ["inner"] = (JsonFields?)null };
        Assert.Empty(outer);
    }

    [Fact]
    public void WrittenJson_HasVersionKindAndValue_WithApostrophes()
    {
        var value = WrittenJson.Versioned(1, "word", new JsonFields { ["text"] = "it's" });
        Assert.Equal("""{"version":1,"kind":"word","word":{"text":"it's"}}""", WrittenJson.LineOf(value));
        Assert.Equal(
            """
            {
              "version": 1,
              "kind": "word",
              "word": {
                "text": "it's"
              }
            }
            """, WrittenJson.Of(value));
    }

    // The form of the record applies, also with indents. The plus sign of a time is not escaped.
    [Fact]
    public void Records_AreWrittenInTheirForm()
    {
        var at = new DateTimeOffset(2026, 11, 20, 9, 30, 0, TimeSpan.FromHours(1));
        JsonObject value = new JsonFields { ["moment"] = JsonValue.Create(new Moment(at, null), MomentJson.Default.Moment) };
        Assert.Equal("""{"moment":{"at":"2026-11-20T09:30:00+01:00"}}""", WrittenJson.LineOf(value));
        Assert.Equal("{\n  \"moment\": {\n    \"at\": \"2026-11-20T09:30:00+01:00\"\n  }\n}", WrittenJson.Of(value));
    }
}

internal sealed record Moment(DateTimeOffset At, string? Words);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Moment))]
internal sealed partial class MomentJson : JsonSerializerContext;
