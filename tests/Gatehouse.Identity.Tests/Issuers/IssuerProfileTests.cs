using Gatehouse.Identity.Issuers;
using Gatehouse.Identity.Tests.Support;
using Gatehouse.Identity.Validation;

namespace Gatehouse.Identity.Tests.Issuers;

public sealed class IssuerProfileTests
{
    [Fact]
    public void HasNoFaultsByDefault() => Assert.Empty(new IssuerProfile { Issuer = "https://login.example" }.FindFaults());

    [Theory]
    [InlineData("http://127.0.0.1:4455", true)]
    [InlineData("http://localhost:4455/tenant", true)]
    [InlineData("http://[::1]:4455", true)]
    [InlineData("http://login.example", false)]
    [InlineData("https://login.example?x", false)]
    [InlineData("https://login.example#x", false)]
    [InlineData("https://user@login.example", false)]
    [InlineData("login.example", false)]
    [InlineData("", false)]
    [Trait("Requirement", "E02")]
    public void Accepts_HttpsAndLoopbackOnly(string issuer, bool isAcceptable) =>
        Assert.Equal(isAcceptable, new IssuerProfile { Issuer = issuer }.FindFaults().Count == 0);

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("EdDSA")]
    [InlineData("es256")]
    public void Refuses_AnAlgorithmThatIsNotAsymmetric(string algorithm) =>
        Assert.Single(new IssuerProfile { Issuer = "https://login.example", Algorithms = [algorithm] }.FindFaults());

    [Fact]
    public void NamesAllFaultsAtOnce()
    {
        var profile = new IssuerProfile
        { Issuer = "x", Algorithms = [], ClockSkew = TimeSpan.FromMinutes(6), MaxLifetime = TimeSpan.FromDays(8), SubjectClaim = "" };
        Assert.Equal(5, profile.FindFaults().Count);
        Assert.Throws<ArgumentException>(() => new TrustedIssuer(profile, new StaticIssuerKeys(TestKeySet.Of(ValidatorBench.Es256))));
    }
}
