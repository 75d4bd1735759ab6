using Gatehouse.AuthorizationServer.Pages;

namespace Gatehouse.AuthorizationServer.Tests.Pages;

[Trait("NoRetry", "yes")]
public sealed class PageHeadersTests
{
    private const string Own = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    [Fact]
    [Trait("Requirement", "C05")]
    public void Headers_RefuseFraming()
    {
        Assert.Contains("frame-ancestors 'none'", Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("DENY", Header("X-Frame-Options"));
    }

    [Fact]
    [Trait("Requirement", "G05")]
    public void Policy_PermitsNothingFromElsewhere()
    {
        Assert.Equal(Own, Header("Content-Security-Policy"));
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("no-store", Header("Cache-Control"));
        Assert.Equal("text/html; charset=utf-8", Header("Content-Type"));
    }

    // The Origin of a posted form is judged (MCP row C04): no-referrer would make it null.
    [Fact]
    [Trait("Requirement", "C04")]
    public void ReferrerPolicy_KeepsTheOriginOfForms() => Assert.Equal("same-origin", Header("Referrer-Policy"));

    [Theory]
    [InlineData("https://login.example/authorize?a=1;b", "https://login.example")]
    [InlineData("https://login.example:8443/", "https://login.example:8443")]
    [InlineData("http://127.0.0.1:33418/callback", "http://127.0.0.1:33418")]
    [InlineData("http://localhost:33418/callback", "http://localhost:33418")]
    [InlineData("http://[::1]:33418/callback", "http:")]
    [InlineData("desk.app:/callback", "desk.app:")]
    [InlineData("https://münchen.example/", "https://xn--mnchen-3ya.example")]
    public void FormAction_HasTheOriginOfTheAnswer(string target, string source) =>
        Assert.Equal($"{Own} {source}", Header("Content-Security-Policy", new Uri(target)));

    [Fact]
    public void FormAction_NamesEachOriginOnce() => Assert.Equal($"{Own} https://a.example https://b.example",
        Header("Content-Security-Policy", new Uri("https://a.example/1"), new Uri("https://b.example/"), new Uri("https://a.example/2")));

    private static string Header(string name, params Uri[] targets) => PageHeaders.Of(targets).Single(header => header.Name == name).Value;
}
