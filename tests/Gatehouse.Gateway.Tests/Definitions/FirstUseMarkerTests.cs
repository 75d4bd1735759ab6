using Gatehouse.Gateway.Definitions;
using Gatehouse.Identity.Partitions;

namespace Gatehouse.Gateway.Tests.Definitions;

/// <summary>For whom something was taken on first use comes back from the store as it went there.</summary>
[Trait("Requirement", "TP-02")]
public sealed class FirstUseMarkerTests
{
    [Theory]
    [InlineData("https://login.example", "alice")]
    [InlineData("https://login.example", "alice of the house")] // a subject may have blanks
    [InlineData("https://login.example", "first use")]
    [InlineData("https://login.example", " ")]
    [InlineData("https://login.example", "")]
    [InlineData("urn:certificate:x", "spiffe://x/y")]
    public void AMark_IsReadAsItWasWritten(string issuer, string subject)
    {
        var caller = CallerPartition.Of(issuer, subject);
        var mark = FirstUseMarker.Format(caller);
        Assert.True(FirstUseMarker.Is(mark));
        Assert.Equal(caller, FirstUseMarker.Parse(mark));
    }

    [Fact]
    public void TheMarkOfAll_IsNobodys()
    {
        Assert.True(FirstUseMarker.Is(FirstUseMarker.Format(null)));
        Assert.Null(FirstUseMarker.Parse(FirstUseMarker.Format(null)));
    }

    [Theory]
    [InlineData("https://login.example alice")]
    [InlineData("terminal of account 1000")]
    [InlineData("first user")]
    [InlineData("")]
    public void AName_IsNoMark(string by)
    {
        Assert.False(FirstUseMarker.Is(by));
        Assert.Throws<FormatException>(() => FirstUseMarker.Parse(by));
    }

    [Theory]
    [InlineData("first use of ")]
    [InlineData("first use of nobody")]
    [InlineData("first use of  alice")]
    public void AMarkThatNamesNobody_IsForNoCaller(string by) => Assert.Equal(CallerPartition.Unknown, FirstUseMarker.Parse(by));
}
