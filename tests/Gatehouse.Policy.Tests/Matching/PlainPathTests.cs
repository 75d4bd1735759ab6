using System.Text;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Tests.Matching;

/// <summary>Paths and URIs by their segments: one spelling each, and nothing that a server could read as another place.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class PlainPathTests
{
    [Theory]
    [InlineData("/data/a", "/data/a")]
    [InlineData("/data/a/", "/data/a")]
    [InlineData("/", "/")]
    [InlineData("/data/a b/ä:1", "/data/a b/ä:1")]
    [InlineData("c:\\Data\\a\\", "C:\\Data\\a")]
    [InlineData("c:/Data/a", "C:/Data/a")]
    [InlineData("file:///data/a", "file:///data/a")]
    [InlineData("https://Files.Example.com/data/", "https://files.example.com/data")]
    [InlineData("https://files.example.com:8443/data", "https://files.example.com:8443/data")]
    [InlineData("https://files.example.com", "https://files.example.com/")]
    [InlineData("https://files.example.com/a%20b/%c3%a4", "https://files.example.com/a%20b/ä")]
    [InlineData("notes://Team/a", "notes://Team/a")]
    public void APlainPath_HasOneSpelling(string text, string spelling)
    {
        Assert.True(PlainPath.TryRead(text, out var path));
        Assert.Equal(spelling, path.ToString());
        Assert.True(PlainPath.TryRead(spelling, out var again));
        Assert.Equal(path, again);
    }

    [Theory]
    [InlineData("")] // relative
    [InlineData("data/a")]
    [InlineData("./data")]
    [InlineData("~/data")]
    [InlineData("C:data")]
    [InlineData("file:/data")]
    [InlineData("urn:data:a")]
    [InlineData("\\\\host\\share\\a")]
    [InlineData("/data/../etc")] // traversal
    [InlineData("/data/..")]
    [InlineData("/data/./a")]
    [InlineData("/data/{a,..}/b")]
    [InlineData("/data/.. /a")]
    [InlineData("/data/a.")]
    [InlineData("/data/a ")]
    [InlineData("C:\\data\\..\\etc")]
    [InlineData("https://h.example/data/../etc")]
    [InlineData("https://h.example/data/..;/etc")]
    [InlineData("https://h.example/data;v=1/a")]
    [InlineData("/data/%2e%2e/etc")] // encodings
    [InlineData("/data/%61")]
    [InlineData("https://h.example/data/%2e%2e/etc")]
    [InlineData("https://h.example/data%2fa")]
    [InlineData("https://h.example/data%5c..%5cetc")]
    [InlineData("https://h.example/%61")]
    [InlineData("https://h.example/%252e")]
    [InlineData("https://h.example/%zz")]
    [InlineData("https://h.example/a b")]
    [InlineData("//data/a")] // separators
    [InlineData("/data//a")]
    [InlineData("https://h.example//data")]
    [InlineData("/data\\..\\etc")]
    [InlineData("/data\\a")]
    [InlineData("C:\\data/a")]
    [InlineData("C:/data\\a")]
    [InlineData("C:\\data\\a:stream")]
    [InlineData("https://h.example\\@evil.example/data")]
    [InlineData("/data/\0")] // letters
    [InlineData("/data/\n")]
    [InlineData("/data/$HOME")]
    [InlineData("/data/*")]
    [InlineData("/data/\u2025/etc")] // two dots in one
    [InlineData("/data/\uFF0E\uFF0E/etc")]
    [InlineData("/data\uFF0F..")]
    [InlineData("/data\u2215a")]
    [InlineData("/data/a\u200B")]
    [InlineData("/data/a\u202E")]
    [InlineData("/data/a\u0308")] // a letter and its mark apart
    [InlineData("/data/\uD800")]
    [InlineData("HTTPS://h.example/data")] // authorities
    [InlineData("https://user@h.example/data")]
    [InlineData("https://user:word@h.example/data")]
    [InlineData("https://h.example:443/data")]
    [InlineData("http://h.example:80/data")]
    [InlineData("https://h.example:/data")]
    [InlineData("https://h.example:0443/data")]
    [InlineData("https://h.example./data")]
    [InlineData("https:///data")]
    [InlineData("https://0x7f.1/data")]
    [InlineData("https://h%2eexample/data")]
    [InlineData("file://localhost/data")]
    [InlineData("https://h.example/data?a=1")] // queries
    [InlineData("https://h.example/data#a")]
    public void ATextThatServersReadDifferently_IsNoPath(string text) => Assert.False(PlainPath.TryRead(text, out _));

    [Fact]
    public void LongAndDeepTexts_AreNoPaths()
    {
        Assert.True(PlainPath.TryRead(string.Concat(Enumerable.Repeat("/a", PlainPath.MostSegments)), out _));
        Assert.False(PlainPath.TryRead(string.Concat(Enumerable.Repeat("/a", PlainPath.MostSegments + 1)), out _));
        Assert.False(PlainPath.TryRead("/" + new string('a', PlainPath.MostCharacters), out _));
    }

    [Theory]
    [InlineData("/data/a", "/data/a", true)]
    [InlineData("/data/a", "/data/a/b/c", true)]
    [InlineData("/data/a", "/data/a/", true)]
    [InlineData("/data/a", "/data/ab", false)]
    [InlineData("/data/a", "/data", false)]
    [InlineData("/data/a", "/Data/a", false)]
    [InlineData("/data/a", "/data/A", false)]
    [InlineData("/data", "file:///data/a", false)]
    [InlineData("C:\\data", "c:\\data\\a", true)]
    [InlineData("C:\\data", "C:/data/a", false)]
    [InlineData("C:\\data", "D:\\data\\a", false)]
    [InlineData("https://h.example/data", "https://H.example/data/a", true)]
    [InlineData("https://h.example/data", "http://h.example/data/a", false)]
    [InlineData("https://h.example/data", "https://h.example:8443/data/a", false)]
    [InlineData("https://h.example/data", "https://h.example.evil.example/data/a", false)]
    [InlineData("https://h.example/data", "https://evil.example/h.example/data/a", false)]
    [InlineData("notes://team/a", "notes://Team/a/b", false)]
    public void Containment_IsBySegments(string folder, string path, bool isInside)
    {
        Assert.True(PlainPath.TryRead(folder, out var one));
        Assert.True(PlainPath.TryRead(path, out var other));
        Assert.Equal(isInside, one.Contains(other));
        Assert.Equal(isInside, other.Folders().Contains(one.ToString()));
    }

    // The readings of servers: escapes resolved up to three times, both separators, dots resolved, case as it is.
    [Fact]
    public void NoServerReadsAPathInAFolder_AsOneOutsideIt()
    {
        string[] parts = ["data", "a", "ab", "..", ".", "", "%2e%2e", "%252e%252e", "..;", "a%2f..", "\\..", "b\\c", "x:", "etc",
            ".. ", "…", "．．", "a.b"];
        string[] starts = ["/", "/data/", "/data/a/", "file:///data/a/", "C:\\data\\a\\", "C:/data/a/"];
        var random = new Random(15);
        var inside = 0;
        for (var round = 0; round < 50_000; round++)
        {
            var start = starts[random.Next(starts.Length)];
            var text = start
                + string.Join(start[^1], Enumerable.Range(0, random.Next(6)).Select(_ => parts[random.Next(parts.Length)]));
            foreach (var folder in new[] { "/data/a", "file:///data/a", "C:\\data\\a", "C:/data/a" })
            {
                Assert.True(PlainPath.TryRead(folder, out var granted));
                if (!PlainPath.TryRead(text, out var path) || !granted.Contains(path)) continue;
                inside++;
                foreach (var reading in Readings(text))
                    Assert.True((reading + "/").StartsWith(Resolved(folder) + "/", StringComparison.Ordinal),
                        $"{text} is in {folder}, and is read as {reading}");
            }
        }

        Assert.InRange(inside, 1000, 50_000); // the folders do permit paths
    }

    private static IEnumerable<string> Readings(string text)
    {
        for (var rounds = 0; rounds < 3; rounds++)
        {
            yield return Resolved(text);
            text = Uri.UnescapeDataString(text);
        }

        yield return Resolved(text.Normalize(NormalizationForm.FormKC));
    }

    private static string Resolved(string text)
    {
        var left = new List<string>();
        foreach (var raw in text.Replace("file://", "", StringComparison.Ordinal).Split('/', '\\'))
        {
            var part = raw.Split(';')[0].TrimEnd(' ');
            if (part is "..")
            {
                if (left.Count > 0) left.RemoveAt(left.Count - 1);
            }
            else if (part.Length > 0 && part != ".")
            {
                left.Add(part);
            }
        }

        return string.Join('/', left);
    }
}
