using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>Readers that are not ours: tomllib and PyYAML of Python where they are installed, the object model of YamlDotNet.</summary>
internal static class OtherReaders
{
    private const string Script =
        """
        import sys, json
        kind = sys.argv[1]
        if kind == 'toml': import tomllib
        else: import yaml
        for line in sys.stdin:
            text = bytes.fromhex(line.strip()).decode('utf-8-sig')
            try: value = tomllib.loads(text) if kind == 'toml' else yaml.safe_load(text)
            except Exception as fault: print(json.dumps({'fault': str(fault)})); continue
            print(json.dumps({'value': value}, default=str))
        """;

    /// <summary>Whether Python has the reader.</summary>
    public static bool Has(string kind)
    {
        try
        {
            return Python(kind, ["a = 1"]).Count == 1;
        }
        catch (Exception fault) when (fault is System.ComponentModel.Win32Exception or InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>One document; where Python has no tomllib the test is skipped.</summary>
    public static JsonNode? Toml(string text)
    {
        Assert.SkipUnless(Has("toml"), "python3 with tomllib is missing");
        return Python("toml", [text])[0];
    }

    public static JsonNode? Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text.TrimStart('\uFEFF')));
        return View(stream.Documents[0].RootNode);
    }

    /// <summary>Documents in one run.</summary>
    public static IReadOnlyList<JsonNode?> Python(string kind, IReadOnlyList<string> documents)
    {
        var start = new ProcessStartInfo("python3", ["-c", Script, kind])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var faults = process.StandardError.ReadToEndAsync();
        var answers = process.StandardOutput.ReadToEndAsync();
        foreach (var document in documents) process.StandardInput.WriteLine(Convert.ToHexString(Encoding.UTF8.GetBytes(document)));
        process.StandardInput.Close();
        var lines = answers.GetAwaiter().GetResult().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length != documents.Count) throw new InvalidDataException(faults.GetAwaiter().GetResult());
        return [.. lines.Select(line => JsonNode.Parse(line)!["fault"] is { } fault
            ? throw new InvalidDataException(fault.GetValue<string>()) : JsonNode.Parse(line)!["value"])];
    }

    private static JsonNode? View(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, View(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(View)]),
        _ => JsonValue.Create(((YamlScalarNode)node).Value),
    };
}
