using System.Text;
using System.Text.Json;
using Gatehouse.Storage.Tests.Support;
using Gatehouse.Testing;

namespace Gatehouse.Storage.Tests;

public sealed class KeyRingFileTests : IDisposable
{
    private const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly TemporaryFolder folder = new();
    private readonly ManualTimeProvider time = new(Rows.Now);

    private string RingPath => folder.File("keys/ring.json");

    [Fact]
    public void TheFirstStart_MakesAFileForTheUserAlone()
    {
        var ring = KeyRing.OpenOrCreate(RingPath, time);
        Assert.Equal((UnixFileMode)0b110_000_000, Rows.Mode(RingPath));
        Assert.Equal((UnixFileMode)0b111_000_000, Rows.Mode(folder.File("keys")));

        using var json = JsonDocument.Parse(File.ReadAllText(RingPath));
        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        var key = Assert.Single(json.RootElement.GetProperty("keys").EnumerateArray());
        Assert.Equal(ring.NewestId, key.GetProperty("id").GetString());
        Assert.Equal(Rows.Now, key.GetProperty("created").GetDateTimeOffset());
        Assert.Equal(32, key.GetProperty("key").GetBytesFromBase64().Length);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.File("keys")));
    }

    [Fact]
    public void ARestart_OpensWhatWasSealedBeforeAndAfterARotation()
    {
        var ring = KeyRing.OpenOrCreate(RingPath, time);
        var before = ring.Seal("purpose", [], [1]);
        ring.Rotate();
        var after = ring.Seal("purpose", [], [2]);

        var again = KeyRing.OpenOrCreate(RingPath, time);
        Assert.Equal((2, ring.NewestId), (again.Count, again.NewestId));
        Assert.True(again.TryOpen("purpose", [], before, out _));
        Assert.True(again.TryOpen("purpose", [], after, out _));
        Assert.True(KeyRing.Parse(File.ReadAllBytes(RingPath)).TryOpen("purpose", [], after, out _));
        Assert.Equal((UnixFileMode)0b110_000_000, Rows.Mode(RingPath));
        Assert.Equal(
            ["ring.json", "ring.json.lock"],
            Directory.EnumerateFileSystemEntries(folder.File("keys")).Select(file => Path.GetFileName(file)).Order());
    }

    [Fact]
    public void ARotation_KeepsTheKeysThatAnotherProcessAdded()
    {
        var one = KeyRing.OpenOrCreate(RingPath, time);
        var other = KeyRing.OpenOrCreate(RingPath, time);
        other.Rotate();
        var message = other.Seal("purpose", [], [1]);
        one.Rotate();
        Assert.Equal(3, one.Count);
        Assert.True(one.TryOpen("purpose", [], message, out _));
    }

    [Fact]
    public void RotationsAtOnce_EachAddAKey()
    {
        var ring = KeyRing.OpenOrCreate(RingPath, time);
        Parallel.For(1, KeyRing.MostKeys, _ => ring.Rotate());
        Assert.Equal(KeyRing.MostKeys, ring.Count);
        Assert.Equal(KeyRing.MostKeys, KeyRing.OpenOrCreate(RingPath, time).Count);
    }

    [Fact]
    public void AClockSetBack_DoesNotMakeTheNewestKeyOlder()
    {
        var ring = KeyRing.OpenOrCreate(RingPath, time);
        time.SetUtcNow(Rows.Now.AddYears(-1));
        ring.Rotate();
        Assert.Equal(ring.NewestId, KeyRing.OpenOrCreate(RingPath, time).NewestId);
    }

    [Fact]
    public void FirstStartsAtOnce_AgreeOnOneRing()
    {
        for (var round = 0; round < 200; round++)
        {
            var folder = this.folder.File($"keys{round}");
            var rings = new KeyRing[8];
            Parallel.For(0, rings.Length, number => rings[number] = KeyRing.OpenOrCreate(Path.Join(folder, "ring.json"), time));
            Assert.Single(rings.Select(ring => ring.NewestId).Distinct());
            Assert.Single(Directory.EnumerateFileSystemEntries(folder));
        }
    }

    [Theory]
    [InlineData(640)]
    [InlineData(604)]
    [InlineData(620)]
    [InlineData(602)]
    [InlineData(601)]
    public void AFileOpenToOthers_IsRefusedWithTheRemedy(int mode)
    {
        var ring = KeyRing.OpenOrCreate(RingPath, time);
        Rows.SetMode(RingPath, mode);
        foreach (var act in new Action[] { () => KeyRing.OpenOrCreate(RingPath, time), ring.Rotate })
        {
            var refusal = Assert.Throws<KeyRingException>(act);
            Assert.Contains($"chmod 600 '{RingPath}'", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, ring.Count);
    }

    [Fact]
    public void AFolderOpenToOthers_IsRefusedWithTheRemedy()
    {
        Rows.SetMode(folder.Path, 755);
        Assert.Contains("chmod 700", Assert.Throws<KeyRingException>(() => KeyRing.OpenOrCreate(folder.File("ring.json"), time)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void ARingThatIsKeptElsewhere_IsNotRotatedHere() =>
        Assert.Throws<InvalidOperationException>(KeyRing.Parse(KeyRingTests.Json("0011223344556677", 1)).Rotate);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":"1","keys":[KEY]}""")]
    [InlineData("""{"version":0,"keys":[KEY]}""")]
    [InlineData("""{"version":3,"keys":[KEY]}""")]
    [InlineData("""{"version":1,"keys":[]}""")]
    [InlineData("""{"version":1,"keys":{}}""")]
    [InlineData("""{"version":1,"keys":[null]}""")]
    [InlineData("""{"version":1,"keys":[KEY],"more":1}""")]
    [InlineData("""{"version":1,"version":1,"keys":[KEY]}""")]
    [InlineData("""{"version":1,"keys":[KEY,KEY]}""")]
    [InlineData("""{"version":1,"keys":[KEY],}""")]
    [InlineData("""{"version":1,"keys":[KEY]} {}""")]
    [InlineData("""{"version":1,"keys":[{"id":"0011223344556677","created":"2026-01-01T00:00:00Z","key":"AAEC"}]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"00112233445566","created":"2026-01-01T00:00:00Z","key":"SECRET"}]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"001122334455667G","created":"2026-01-01T00:00:00Z","key":"SECRET"}]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"0011223344556677","created":"yesterday","key":"SECRET"}]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"0011223344556677","created":"2026-01-01T00:00:00Z","key":"SECRET","more":1}]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"0011223344556677","created":"2026-01-01T00:00:00Z","key":SECRET}]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"0011223344556677","created":"2026-01-02T00:00:00Z","key":"SECRET"},{"id":"0011223344556678","created":"2026-01-01T00:00:00Z","key":"SECRET"}]}""")]
    public void WhatIsNoKeyRing_IsRefusedWithoutTellingIt(string json)
    {
        json = json
            .Replace("KEY", """{"id":"0011223344556677","created":"2026-01-01T00:00:00Z","key":"SECRET"}""", StringComparison.Ordinal)
            .Replace("SECRET", Key, StringComparison.Ordinal);
        var refusal = Assert.Throws<KeyRingException>(() => KeyRing.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.DoesNotContain(Key[..8], refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TooLongARing_IsRefused() => Assert.Throws<KeyRingException>(() => KeyRing.Parse(new byte[64 * 1024 + 1]));

    [Fact]
    public void AVersionNewerByOne_IsReadButNotWritten()
    {
        KeyRing.OpenOrCreate(RingPath, time);
        var newer = File.ReadAllText(RingPath).Replace("\"version\": 1", "\"version\": 2, \"new\": true", StringComparison.Ordinal);
        File.WriteAllText(RingPath, newer);
        var ring = KeyRing.OpenOrCreate(RingPath, time);
        Assert.Contains("newer program", Assert.Throws<KeyRingException>(ring.Rotate).Message, StringComparison.Ordinal);
        Assert.Equal(newer, File.ReadAllText(RingPath));
    }

    public void Dispose() => folder.Dispose();
}
