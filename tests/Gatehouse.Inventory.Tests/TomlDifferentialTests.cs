using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gatehouse.Inventory.Reading;
using Tomlyn;
using Tomlyn.Model;

namespace Gatehouse.Inventory.Tests;

/// <summary>The TOML reader against others: with Python's tomllib both accept or both refuse, and what is accepted here is equal for both.</summary>
[Trait("Requirement", "IN-01")]
public sealed class TomlDifferentialTests
{
    private const string Script =
        """
        import sys, json, tomllib, datetime
        def view(v):
            if isinstance(v, bool): return {'s': 'true' if v else 'false'}
            if isinstance(v, dict): return {'m': {k: view(x) for k, x in v.items()}}
            if isinstance(v, list): return {'l': [view(x) for x in v]}
            if isinstance(v, str): return {'t': v}
            return {'n': 1}
        for line in sys.stdin:
            try: print(json.dumps(view(tomllib.loads(bytes.fromhex(line.strip()).decode('utf-8')))))
            except Exception: print('null')
        """;

    private static readonly string[] Pieces =
    [
        "a = 1\n", "a.b = 2\n", "\"a\" = 'x'\n", "b = \"\"\"\nx\\\n   y\"\"\"\n", "c = '''it''s'''\n", "[a]\n", "[a.b]\n", "[[a]]\n", "[[a.c]]\n",
        "[ d . e ]\n", "x = [1, 'two', [3],]\n",
        "y = { a = 1, b.c = 2 }\n", "y.z = 3\n", "z = 1979-05-27T07:32:00Z\n", "z = 1979-05-27 07:32:00.5\n", "t = 07:32:00\n", "n = 0x_1\n",
        "n = 1_000\n", "n = 01\n", "f = 1.\n", "f = +1e-3\n", "i = -inf\n",
        "k = tru\n", "k = true # why\n", "\r\n", "# \u0001\n", "s = \"\\u00e9\\U0001F600\"\n", "s = \"\\ud800\"\n", "s = \"\\x\"\n", "s = 'a\nb'\n",
        "m = [\n # c\n 1,\n\n 2 ]\n", "y = { a = 1,\n b = 2 }\n", "= 1\n", "q q = 1\n",
        "[mcp_servers.x]\ncommand = \"npx\"\nargs = [\"-y\", \"p\"]\n", "[mcp_servers.x.env]\nA = \"b\"\n", "mcp_servers.y.command = 'c'\n",
        "l = \"\"\"\"q\"\"\"\"\n", "[a.b.c]\n", "a = {}\n", "d = 2026-02-30\n", "[]\n", "[a]]\n", "e = \"\t\"\n", "\uFEFFa = 1\n",
        "y = { a.b = 1, a.c = 2 }\n", "y = { a = {b = 1}, a.c = 2 }\n", "v = \n", "v = 1 2\n", "\"\" = 1\n", "c = ''''x''''\n", "-1 = 2\n",
        "3.14 = 'pi'\n",
    ];

    private static IEnumerable<string> Documents =>
        Pieces.Concat(Pieces.SelectMany(first => Pieces.Select(second => first + second))).Concat(Enumerable.Range(0, 4000).Select(Chosen));

    // Tomlyn reads TOML 1.1, which allows more; so only what is accepted here is compared.
    [Fact]
    public void WhatTheReaderAccepts_TomlynReadsAlike()
    {
        var accepted = 0;
        foreach (var document in Documents)
        {
            Dictionary<string, object> ours;
            try
            {
                ours = View(new TomlConfig(Encoding.UTF8.GetBytes(document)).Read());
            }
            catch (ConfigFaultException)
            {
                continue;
            }

            accepted++;
            Assert.True(TomlSerializer.TryDeserialize<TomlTable>(document.TrimStart('\uFEFF'), out var theirs), document);
            Assert.Equal(JsonSerializer.Serialize(ours), JsonSerializer.Serialize(View(theirs!)));
        }

        Assert.InRange(accepted, 500, 5000);
    }

    [Fact]
    public async Task Reader_AgreesWithTomllib()
    {
        var python = "python3";
        Assert.SkipUnless(await HasTomllibAsync(python), "python3 with tomllib is missing");
        var documents = Documents.ToList();
        var answers = (await RunAsync(python,
            string.Join('\n', documents.Select(document => Convert.ToHexString(Encoding.UTF8.GetBytes(document)))) + "\n")).Split('\n');
        var accepted = 0;
        for (var i = 0; i < documents.Count; i++)
        {
            string ours;
            try
            {
                ours = JsonSerializer.Serialize(View(new TomlConfig(Encoding.UTF8.GetBytes(documents[i])).Read()));
                accepted++;
            }
            catch (ConfigFaultException)
            {
                ours = "null";
            }

            using var theirs = JsonDocument.Parse(answers[i]);
            using var mine = JsonDocument.Parse(ours);
            // A mark at the start is part of the text for tomllib and of the encoding for us.
            if (!documents[i].StartsWith('\uFEFF'))
                Assert.True(JsonElement.DeepEquals(theirs.RootElement, mine.RootElement),
                    $"{JsonSerializer.Serialize(documents[i])}: tomllib {answers[i]}, ours {ours}");
        }

        Assert.InRange(accepted, 500, documents.Count - 500);
    }

    // The same choice in every run.
    private static string Chosen(int seed)
    {
        var text = new StringBuilder();
        var state = (uint)seed * 2654435761u + 12345;
        for (var i = 0; i < 3 + (seed % 6); i++)
        {
            state = (state * 1664525u) + 1013904223u;
            text.Append(Pieces[(state >> 8) % Pieces.Length]);
        }

        return text.ToString();
    }

    private static Dictionary<string, object> View(ConfigNode node) => node.Kind switch
    {
        ConfigNodeKind.Map => new() { ["m"] = node.Members.ToDictionary(member => member.Name, member => View(member.Value)) },
        ConfigNodeKind.List => new() { ["l"] = node.Items.Select(View).ToList() },
        ConfigNodeKind.Switch => new() { ["s"] = node.Text },
        _ => IsText(node) ? new() { ["t"] = node.Text } : new() { ["n"] = 1 },
    };

    private static Dictionary<string, object> View(object value) => value switch
    {
        TomlTable table => new() { ["m"] = table.ToDictionary(member => member.Key, member => View(member.Value)) },
        IEnumerable<object> list => new() { ["l"] = list.Select(View).ToList() },
        string text => new() { ["t"] = text },
        bool isOn => new() { ["s"] = isOn ? "true" : "false" },
        _ => new() { ["n"] = 1 },
    };

    private static bool IsText(ConfigNode node) => node.IsQuoted;

    private static async Task<bool> HasTomllibAsync(string python)
    {
        try
        {
            return (await RunAsync(python, "6162\n")).Length > 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(string python, string input)
    {
        var start = new ProcessStartInfo(python, ["-c", Script])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var reading = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var faults = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await faults;
        return await reading;
    }
}
