using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gatehouse.Evaluation;

/// <summary>One record of the public set of tool descriptions. Its text is data.</summary>
internal sealed partial class PublicDefinition
{
    /// <summary>The source of texts in our own words.</summary>
    public const string OwnSource = "own";

    /// <summary>Orders and honest descriptions in our own words.</summary>
    public static IEnumerable<PublicDefinition> Own(int orders, int honest) =>
        new Phrases(73).Some(orders).Select(text => new PublicDefinition(text, true, OwnSource))
            .Concat(new HonestPhrases(74).Some(honest).Select(text => new PublicDefinition(text, false, OwnSource)));

    private PublicDefinition(string text, bool isPoisoned, string source)
    {
        Text = text;
        IsPoisoned = isPoisoned;
        Source = source;
        Base = Poisoned().Match(source) is { Success: true } twin ? twin.Groups[1].Value : source;
        Name = NameOf(text);
        Json = text.StartsWith('{') && IsJson(text) ? text
            : JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = "tool", ["description"] = text });
    }

    public string Text { get; }

    public bool IsPoisoned { get; }

    public string Source { get; }

    /// <summary>The set whose description it is, poisoned or not.</summary>
    public string Base { get; }

    /// <summary>The name of the tool as far as the text tells it; twins share it.</summary>
    public string Name { get; }

    /// <summary>The text as a definition.</summary>
    public string Json { get; }

    /// <summary>Every string of the definition.</summary>
    public IEnumerable<string> Strings()
    {
        using var parsed = JsonDocument.Parse(Json);
        return [.. Walk(parsed.RootElement)];
    }

    public static List<PublicDefinition> Read(string path)
    {
        var read = new List<PublicDefinition>();
        foreach (var line in File.ReadLines(path))
        {
            using var row = JsonDocument.Parse(line);
            read.Add(new PublicDefinition(row.RootElement.GetProperty("text").GetString()!, row.RootElement.GetProperty("label").GetInt32() == 1,
                row.RootElement.GetProperty("source").GetString()!));
        }

        return read;
    }

    private static IEnumerable<string> Walk(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Walk),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Walk(member.Value).Prepend(member.Name)),
        _ => [],
    };

    private static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // `name: description`, or JSON with a name; what was planted may stand before either.
    private static string NameOf(string text) => JsonName().Match(text) is { Success: true } json ? json.Groups[1].Value
        : LeadingName().Match(text) is { Success: true } leading ? leading.Groups[1].Value
        : InnerName().Matches(text) is { Count: > 0 } inner ? inner[0].Groups[1].Value : text[..Math.Min(text.Length, 40)];

    [GeneratedRegex(@"^poisoned\(([^)]+)\)")]
    private static partial Regex Poisoned();

    [GeneratedRegex("^\\{\"name\": \"([^\"]+)\"")]
    private static partial Regex JsonName();

    [GeneratedRegex(@"^([A-Za-z0-9][A-Za-z0-9_./:-]*): ")]
    private static partial Regex LeadingName();

    [GeneratedRegex(@"[.>。] ([A-Za-z][A-Za-z0-9_./-]*): ")]
    private static partial Regex InnerName();
}
