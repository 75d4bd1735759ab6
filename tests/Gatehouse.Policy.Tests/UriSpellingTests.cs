using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Explaining;

namespace Gatehouse.Policy.Tests;

/// <summary>A forbid holds under every spelling that a reader of URIs takes for the one it names (RFC 3986 §6; WHATWG URL).</summary>
[Trait("Requirement", "AZ-01")]
public sealed class UriSpellingTests
{
    private const string Everything = "  - { id: p, permit: { anyone: true } }\n";

    /// <summary>What is forbidden in the comparison with other readers; each in full and as a pattern.</summary>
    private static readonly string[] Forbidden =
    [
        "file:///srv/secret/a.txt", "https://example.com/srv/secret/a.txt", "http://192.0.2.7/srv/a", "demo://known/secret/1",
        "note:///secret/a b".Replace(" ", "%20", StringComparison.Ordinal),
        "demo://known", "https://example.com/", "urn:isbn:0451450523", "notes://z%C3%BCrich/a", "notes:///z%C3%BCrich", "x://h/a?id=7", "note:///a:b",
    ];

    [Theory]
    [InlineData("file:///srv/secret/a")]
    [InlineData("file:///srv/%73ecret/a")]
    [InlineData("file:///srv/%73ecre%74/a")]
    [InlineData("file:///srv//secret/a")]
    [InlineData("file:////srv/secret/a")]
    [InlineData("file:///srv/./secret/a")]
    [InlineData("file:///srv/x/../secret/a")]
    [InlineData("file:///srv/se\tcret/a")]
    [InlineData("file:///srv/se\rcret/a")]
    [InlineData("file:///srv/se\ncret/a")]
    [InlineData(" file:///srv/secret/a")]
    [InlineData("file:///srv/secret/a ")]
    [InlineData("fi\tle:///srv/secret/a")]
    [InlineData("\u0001file:///srv/secret/a")]
    [InlineData("FILE:///srv/secret/a")]
    [InlineData("file:/srv/secret/a")]
    [InlineData("file:srv/secret/a")]
    [InlineData("file://localhost/srv/secret/a")]
    [InlineData("file://LOCALHOST/srv/secret/a")]
    [InlineData("file://elsewhere/srv/secret/a")]
    [InlineData("file://srv/secret/a")]
    [InlineData("file:///srv\\secret\\a")]
    [InlineData("file:///srv/secret/a#x")]
    [InlineData("file:///srv/secret/a?x")]
    [InlineData("file:///srv/sec\u00ADret/a")]
    [InlineData("file:///srv/\uFF53ecret/a")]
    [InlineData("file:///srv/%EF%BD%93ecret/a")]
    [InlineData("file:///srv\uFF0Fsecret/a")]
    [InlineData("file:///srv/secret%00/a")]
    [InlineData("file:///srv/secret/%E9/../a")]
    public void AnotherSpelling_IsForbiddenToo_ByPatternAndInFull(string uri)
    {
        Assert.False(Permits("file:///srv/secret/*", uri));
        Assert.False(Permits("file:///srv/secret/a", uri));
        Assert.False(Permits("file:///srv/{what}/a", uri));
    }

    [Theory]
    [InlineData("https://example.com/a/b", "https://EXAMPLE.com/a/b")]
    [InlineData("https://Example.com/a/b", "https://example.com/a/b")]
    [InlineData("https://example.com/a/b", "https://example.com:443/a/b")]
    [InlineData("https://example.com/a/b", "https://example.com:/a/b")]
    [InlineData("https://example.com/a/b", "https://example.com:0443/a/b")]
    [InlineData("https://example.com/a/b", "https://user@example.com/a/b")]
    [InlineData("https://example.com/a/b", "https://example.com./a/b")]
    [InlineData("https://example.com/a/b", "https://ex%61mple.com/a/b")]
    [InlineData("https://example.com/a/b", "https:example.com/a/b")]
    [InlineData("https://example.com/a/b", "https:///example.com/a/b")]
    [InlineData("https://example.com/a/b", "https:\\\\example.com\\a\\b")]
    [InlineData("https://xn--bcher-kva.example/a", "https://b\u00FCcher.example/a")]
    [InlineData("http://127.0.0.1/a", "http://2130706433/a")]
    [InlineData("http://127.0.0.1/a", "http://0x7f.1/a")]
    [InlineData("http://127.0.0.1/a", "http://0177.0.0.1/a")]
    [InlineData("http://127.0.0.1/a", "http://127.1/a")]
    [InlineData("http://[::1]/a", "http://[0:0:0:0:0:0:0:1]/a")]
    [InlineData("https://example.com/", "https://example.com")]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("https://example.com/*", "https://example.com")]
    [InlineData("https://example.com", "https://example.com/?x=1")]
    [InlineData("note:///a%c3%a9", "note:///a%C3%A9")]
    [InlineData("note:///a%C3%A9", "note:///a%c3%A9")]
    [InlineData("note:///a%C3%A9", "note:///a\u00E9")]
    [InlineData("note:///a\u00E9", "note:///a%C3%A9")]
    [InlineData("note:///a\u00E9", "note:///ae\u0301")]
    [InlineData("note:///a:b", "note:///a%3Ab")]
    [InlineData("note:///%73ecret", "note:///secret")]
    [InlineData("NOTE:///secret", "note:///secret")]
    [InlineData("note:///%73ecret/*", "note:///secret/1")]
    [InlineData("demo://Known/*", "demo://known/1")]
    [InlineData("x://h/a?id=7", "x://h/a?v=1&id=7")]
    [InlineData("x://h/a?id=7", "x://h/a?id=7#f")]
    [InlineData("x://h/a#f", "x://h/a")]
    [InlineData("x://h/*.key", "x://h/a.key#f")]
    [InlineData("x://h/*.key", "x://h/a.key?v")]
    [InlineData("note:///a/b", "note:/a/b")]
    [InlineData("note:///*", "note:/a/b")]
    [InlineData("note://*", "note:/a/b")]
    [InlineData("note:///a", "note:///a/")]
    [InlineData("note:///a/", "note:///a")]
    [InlineData("file://logs/a", "file:///logs/a")]
    [InlineData("file://logs/*", "file:///logs/a")]
    public void ASpellingOfAnotherKind_IsForbiddenToo(string forbidden, string uri)
    {
        Assert.False(Permits(forbidden, uri));

    }

    [Theory]
    [InlineData("file:///srv/open/a%20b.txt")]
    [InlineData("note:///a%20b")]
    [InlineData("note:///caf%C3%A9")]
    [InlineData("note:///caf%c3%a9")]
    [InlineData("note:///caf\u00E9")]
    [InlineData("note:///\u0E17\u0E35\u0E48")]
    [InlineData("note:///\u65E5\u672C\u8A9E")]
    [InlineData("demo://Known/1")]
    [InlineData("demo://resource/static/document/features.md")]
    [InlineData("test://static/resource/1")]
    [InlineData("urn:isbn:0451450523")]
    [InlineData("mailto:alice@example.com")]
    [InlineData("search://all?q=a%26b&page=2")]
    [InlineData("search://all?q=a+b#top")]
    [InlineData("issue://123/comments")]
    [InlineData("pkg://1.2.3/readme")]
    [InlineData("postgres://127.0.0.1:5432/db")]
    [InlineData("repo://owner/name/contents/src%3Amain")]
    [InlineData("https://example.com:8443/a/b")]
    [InlineData("http://192.0.2.1/a")]
    [InlineData("https://xn--bcher-kva.example/a")]
    [InlineData("http://[::1]:8080/a")]
    [InlineData("page:https://example.com/a")]
    [InlineData("fetch://https://example.com/a")]
    [InlineData("file://config.json")]
    [InlineData("file:///C:/Users/alice/notes.txt")]
    [InlineData("note:///a/")]
    [InlineData("plain-name")]
    public void OrdinaryUris_AreCoveredByPatterns_BesideForbids(string uri)
    {
        var scheme = uri.Contains(':', StringComparison.Ordinal) ? uri[..uri.IndexOf(':', StringComparison.Ordinal)] : "";
        var pattern = scheme.Length > 0 ? scheme + ":*" : "plain*";
        var policy = Point(
            $"  - {{ id: p, permit: {{ anyone: true, resources: [\"{pattern}\"] }} }}\n  - {{ id: f, forbid: {{ resources: [\"{pattern.TrimEnd('*')}//forbidden/*\", \"file:///srv/secret/*\", \"{scheme}://h/none\"] }} }}\n");
        Assert.True(policy.Decide(Policies.Caller(), Policies.Resource(uri)).IsPermitted, uri);
    }

    [Fact]
    public void APermitThatWritesAnOddSpellingInFull_Holds_WhereNoForbidIsOfItsScheme()
    {
        var policy = Point(
            "  - { id: p, permit: { anyone: true, resources: [\"gitlab://p/a%2Fb\"] } }\n  - { id: f, forbid: { resources: [\"file:///srv/secret\"] } }\n");
        Assert.True(policy.Decide(Policies.Caller(), Policies.Resource("gitlab://p/a%2Fb")).IsPermitted);
    }

    [Fact]
    public void NoSpelling_ThatDotNetReadsAsForbidden_IsPermitted()
    {
        static string[] Readings(string uri)
        {
            if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed)) return [];
            var bare = parsed.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
            return [bare, $"{parsed.Scheme}://{parsed.Authority}|{Uri.UnescapeDataString(parsed.AbsolutePath)}", parsed.IsFile
                ? "file|" + parsed.LocalPath.Replace('\\', '/') : bare];
        }

        Compare(uris => [.. uris.Select(Readings)]);
    }

    [Fact]
    public void NoSpelling_ThatWhatwgReadsAsForbidden_IsPermitted() =>
        Compare(uris => Ask(Environment.GetEnvironmentVariable("GATEHOUSE_NODE") ?? "node", "uris.mjs", uris));

    [Fact]
    public void NoSpelling_ThatPythonReadsAsForbidden_IsPermitted() => Compare(uris => Ask("python3", "uris.py", uris));

    private static void Compare(Func<IReadOnlyList<string>, string[][]> read)
    {
        var random = new Random(11);
        var spellings = Forbidden.SelectMany(uri => Enumerable.Range(0, 1_500).Select(_ => (Forbidden: uri, Uri: Respell(random, uri))))
            .Where(pair => !pair.Uri.Contains('\uFFFD', StringComparison.Ordinal)).ToList();
        var readings = read([.. spellings.Select(pair => pair.Uri), .. Forbidden]);
        var points = Forbidden.ToDictionary(uri => uri,
            uri => (Exact: Point(Everything + Forbid(uri)), Pattern: Point(Everything + Forbid(uri[..^1] + "*"))));
        var equal = 0;
        for (var i = 0; i < spellings.Count; i++)
        {
            var own = readings[spellings.Count + Array.IndexOf(Forbidden, spellings[i].Forbidden)];
            var hit = readings[i].Intersect(own, StringComparer.Ordinal)
                .FirstOrDefault(reading => reading.Length > 0
                && (!reading.Contains('|', StringComparison.Ordinal) || !spellings[i].Forbidden.Contains('?', StringComparison.Ordinal)));
            if (hit is null) continue;
            equal++;
            var (exact, pattern) = points[spellings[i].Forbidden];
            var request = Policies.Resource(spellings[i].Uri);
            Assert.False(exact.Decide(Policies.Caller(), request).IsPermitted,
                $"{JsonSerializer.Serialize(spellings[i].Uri)} is read as {hit}, forbidden in full as {spellings[i].Forbidden}");
            Assert.False(pattern.Decide(Policies.Caller(), request).IsPermitted,
                $"{JsonSerializer.Serialize(spellings[i].Uri)} is read as {hit}, forbidden by pattern of {spellings[i].Forbidden}");
        }

        Assert.True(equal > spellings.Count / 20, $"{equal} of {spellings.Count} were read as forbidden");
    }

    // One to three changes that some reader undoes, or makes of it something else; both happens.
    private static string Respell(Random random, string uri)
    {
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(uri.Length);
            var slash = uri.IndexOf('/', random.Next(uri.Length));
            var host = uri.IndexOf("//", StringComparison.Ordinal);
            uri = random.Next(16) switch
            {
                0 => uri[..at] + Escape(uri[at], random) + uri[(at + 1)..],
                1 => uri[..at] + char.ToUpperInvariant(uri[at]) + uri[(at + 1)..],
                2 => uri.Insert(at, Pick(random, "\t", "\r", "\n", " ", "\0", "\u00AD", "\u200B")),
                3 when slash >= 0 => uri.Insert(slash, Pick(random, "/", "/.", "/x/..", "/%2e", "/x/%2e%2e", "\\")),
                4 => uri + Pick(random, "#", "#x", "?", "?x", "?x#y", " ", "\n", "/", "/.", "%23"),
                5 => Pick(random, " ", "\t", "\u0001") + uri,
                6 when host >= 0 => uri.Insert(host + 2, Pick(random, "user@", "u:p@", "@", "localhost", "/")),
                7 when host >= 0 && uri.IndexOf('/', host + 2) is > 0 and var end =>
                    uri.Insert(end, Pick(random, ":", ":443", ":80", ":0443", ".", "%2e")),
                8 => uri.Replace("192.0.2.7", Pick(random, "3221225991", "0xC0000207", "0300.0.2.7", "192.0.519", "192.0.2.7."),
                    StringComparison.Ordinal),
                9 => uri.Replace("//", Pick(random, "/", "", "///", "\\\\"), StringComparison.Ordinal),
                10 => uri.Replace("%C3%BC", Pick(random, "%c3%bc", "%c3%Bc", "\u00FC", "u\u0308", "%75%CC%88"), StringComparison.Ordinal),
                11 => uri[..at] + Wide(uri[at]) + uri[(at + 1)..],
                12 => uri.Replace("%20", Pick(random, " ", "+", "\u00A0"), StringComparison.Ordinal),
                13 => uri.Replace('/', '\\'),
                14 => uri.ToUpperInvariant(),
                _ => uri.Replace(":b", "%3Ab", StringComparison.Ordinal),
            };
        }

        return uri;
    }

    private static string Escape(char letter, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(letter.ToString());
        return string.Concat(bytes.Select(b => random.Next(2) == 0 ? $"%{b:X2}" : $"%{b:x2}"));
    }

    private static char Wide(char letter) => letter is > ' ' and < '\u007F' ? (char)(letter + 0xFEE0) : letter;

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];

    private static string Forbid(string uri) => $"  - {{ id: f, forbid: {{ resources: [\"{uri}\"] }} }}\n";

    private static bool Permits(string forbidden, string uri)
    {
        var policy = Point(Everything + Forbid(forbidden));
        var decision = policy.Decide(Policies.Caller(), Policies.Resource(uri));
        Assert.Equal(decision, policy.Explain(Policies.Caller(), Policies.Resource(uri)).Decision);
        return decision.IsPermitted;
    }



    private static PolicyDecisionPoint Point(string rules) => Policies.Point(rules);

    private static string[][] Ask(string program, string script, IReadOnlyList<string> uris)
    {
        var start = new ProcessStartInfo(program)
        { RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(false) };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Readers", script));
        try
        {
            using var child = Process.Start(start)!;
            var sending = Task.Run(() =>
            {
                foreach (var uri in uris) child.StandardInput.WriteLine(JsonSerializer.Serialize(uri));
                child.StandardInput.Close();
            });
            var answers = uris.Select(_ => JsonSerializer.Deserialize<string[]>(child.StandardOutput.ReadLine()!)!).ToArray();
            sending.Wait();
            child.WaitForExit();
            return answers;
        }
        catch (Win32Exception)
        {
            Assert.Skip(program + " is not installed");
            throw;
        }
    }
}
