using Gatehouse.Configuration;

namespace Gatehouse.Gateway.Tests.Configuration;

public sealed class FaultTests
{
    public static TheoryData<string> Names => [.. FaultCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Trait("Requirement", "H31")]
    public void Names_TheOneFault_WithLinePathAndRemedy(string name)
    {
        var expected = FaultCases.All[name];
        var result = Samples.Load(expected.Yaml, expected.Development);
        Assert.False(result.IsGood);
        Assert.Empty(result.Values);
        Assert.True(result.Faults.Count == 1, Samples.Text(result));
        var fault = result.Faults[0];
        Assert.Equal((expected.Line, expected.Path), (fault.Line, fault.Path));
        Assert.True(fault.Column > 0);
        Assert.Contains(expected.Message, fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected.Remedy, fault.Remedy, StringComparison.Ordinal);
        Assert.NotEqual("", fault.Remedy);
        Assert.DoesNotContain("hunter2", Samples.Text(result), StringComparison.Ordinal);
    }

    // Threat: the holder of one of several pinned keys takes the name of another workload.
    [Fact]
    public void PinsWithoutAuthorities_AreRefusedWithWhatToWriteInstead()
    {
        var result = Samples.Load(
            FaultCase.With("certificateIssuers: [{ name: mesh, pins: [\"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"] }]"));
        var fault = Assert.Single(result.Faults, fault => fault.Path == "certificateIssuers[0].pins");
        Assert.Contains("could use any name", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'workloads: { NAME: [sha256/…] }'", fault.Remedy, StringComparison.Ordinal);
    }

    // A25: off loopback there is no way to run without an issuer, neither by leaving it out nor by the development mode.
    [Theory]
    [InlineData(false, "issuers", "could accept no token")]
    [InlineData(true, "listen.url", "--dev listens on loopback only")]
    [Trait("Requirement", "A25")]
    public void OffLoopback_WithoutAnIssuer_NothingStarts(bool development, string path, string message)
    {
        var result = Samples.Load("""
            version: 1
            publicUrl: https://mcp.example.com
            listen: { url: "https://0.0.0.0:8443", certificate: /a, key: /b }
            servers:
              notes: { url: https://notes.example.com/mcp }
            """, development);
        Assert.False(result.IsGood);
        Assert.Contains(result.Faults, fault => fault.Path == path && fault.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void KeysThatAreKnown_AreListedOnceForEachSection()
    {
        var result = Samples.Load(FaultCase.With("colour: blue\nshape: round\nlimits: { colour: blue }"));
        Assert.Equal([true, false, true], result.Faults.Select(fault => fault.Remedy.Contains("known here: ", StringComparison.Ordinal)));
        Assert.Contains("line 6 lists", result.Faults[1].Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_AllFaultsAtOnce_ByLine()
    {
        var result = Samples.Load("""
            version: 1
            publicUrl: http://mcp.example.com
            issuers:
              - issuer: https://login.example.com
                algorithms: [HS256]
            servers:
              a: { url: http://a.example.com }
              b: { command: [b], deadline: 5m }
            policy:
              - id: c
                permit: { tools: [d] }
            limits: { connections: none }
            """);
        Assert.Equal([2, 5, 7, 8, 11, 12], result.Faults.Select(fault => fault.Line));
    }

    [Fact]
    public void Points_AtTheValueItself()
    {
        var fault = Assert.Single(Samples.Load(FaultCase.With("limits: { connections: none }")).Faults);
        Assert.Equal((6, 24), (fault.Line, fault.Column));
    }

    [Fact]
    public void Reports_NoMoreThanTwoHundred()
    {
        var text = "version: 1\n" + string.Concat(Enumerable.Range(0, 5000).Select(number => $"key{number}: 1\n"));
        var faults = Samples.Load(text).Faults;
        Assert.Equal(201, faults.Count);
        Assert.Contains("further faults", faults[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_ATextOfMoreThanAMebibyte()
    {
        var fault = Assert.Single(Samples.Load("#" + new string('x', 1 << 20)).Faults);
        Assert.Contains("1 MiB", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("- ")]
    [InlineData("? ")]
    [InlineData("a: ")]
    [InlineData("{a: [")]
    [InlineData("k\n")]
    [InlineData("\"\\x")]
    [InlineData("hosts: [a]\n")]
    public void AMebibyteOfNonsense_IsRefused(string piece)
    {
        Assert.NotEmpty(Samples.Load("version: 1\n" + string.Concat(Enumerable.Repeat(piece, (1 << 20) / piece.Length - 16))).Faults);
    }

    [Fact]
    public void Permits_ThatNameWhom_AreGood()
    {
        foreach (var who in new[]
            { "issuers: [https://login.example.com]", "subjects: [a]", "clients: [a]", "scopes: [a]", "roles: [a]", "groups: [a]", "anyone: true" })
            Assert.Equal("", Samples.Text(Samples.Load(FaultCase.Rule($"id: a, permit: {{ {who} }}"))));
    }

    [Theory]
    [InlineData("telemetry: { otlp: \"http://127.0.0.1:4318\" }")]
    [InlineData("decisionPoint: { url: \"http://[::1]:9\" }")]
    [InlineData("decisionPoint: { url: https://pdp.example.com, region: eu }")]
    [Trait("Requirement", "DP-03")]
    public void PlacesOfTheRegion_AndOfThisMachine_AreInside(string more) =>
        Assert.Equal("", Samples.Text(Samples.Load(FaultCase.With($"audit: {{ region: eu, checkpoints: [{{ name: a, folder: /mnt/a }}] }}\n{more}"))));

    [Theory]
    [InlineData("http://localhost:1")]
    [InlineData("http://127.0.0.2:1")]
    [InlineData("http://[::1]:1")]
    public void Loopback_MayBeInClear(string url) =>
        Assert.Equal("", Samples.Text(Samples.Load(FaultCase.Server($"url: \"{url}\""))));

    [Fact]
    public void BehindANamedProxy_TheGatewayMayListenInClear() =>
        Assert.Equal("", Samples.Text(Samples.Load(FaultCase.With("listen: { url: \"http://0.0.0.0:8080\", tlsEndedByProxies: [10.0.0.5] }"))));
}
