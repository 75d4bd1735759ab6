using Gatehouse.Configuration.Keys;
using Gatehouse.Local;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Local;

/// <summary>A bound that the personal file accepts holds. A key without effect would let a person believe in a limit that there is not.</summary>
public sealed class PersonalLimitKeyTests
{
    public static TheoryData<string> Keys => [.. Bounds.Select(static key => key.Path)];

    private static IEnumerable<ConfigurationKey> Bounds =>
        LocalHostKeys.All.Where(static key => key.Path.StartsWith("limits.", StringComparison.Ordinal)
            && !key.IsSection && !key.Path.StartsWith("limits.rules", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Keys))]
    public void EachBoundThatThePersonalFileAccepts_ReachesTheSettings(string path)
    {
        var key = Bounds.Single(key => key.Path == path);
        var other = key.Maximum != key.Default ? key.Maximum : key.Minimum;
        Assert.NotEqual(Limits("version: 1\n"), Limits($"version: 1\nlimits: {{ {key.Name}: {other} }}\n"));
    }

    // A listener's bounds mean nothing for wrapped servers: they are refused, not accepted without effect.
    [Theory]
    [InlineData("connections: 10")]
    [InlineData("connectionsPerAddress: 10")]
    [InlineData("headerTimeout: 1s")]
    [InlineData("bodyTimeout: 1s")]
    [InlineData("minBodyBytesPerSecond: 10")]
    [InlineData("headerBytes: 2KiB")]
    public void ABoundOfAListener_IsRefused(string line)
    {
        var (settings, faults) = LocalHostLoader.LoadText($"version: 1\nlimits: {{ {line} }}\n", LocalHostFixture.NewPlaces("/nowhere"));
        Assert.Null(settings);
        Assert.Contains(line[..line.IndexOf(':', StringComparison.Ordinal)], Assert.Single(faults).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void BoundsThatThePersonalFileDoesNotHave_KeepTheirDefaults()
    {
        var (limits, defaults) = (Limits("version: 1\n"), new LimitSettings());
        Assert.Equal(defaults with
        {
            ConcurrencyPerCaller = limits.ConcurrencyPerCaller,
            StreamsPerCaller = limits.StreamsPerCaller,
            CallerShare = limits.CallerShare,
        }, limits);
    }

    private static LimitSettings Limits(string text)
    {
        var (settings, faults) = LocalHostLoader.LoadText(text, LocalHostFixture.NewPlaces("/nowhere"));
        Assert.Empty(faults);
        return settings!.Gateway.Limits;
    }
}
