using Gatehouse.AuthorizationServer.Providers;

namespace Gatehouse.AuthorizationServer.Tests;

public sealed class SubjectTests
{
    [Fact]
    public void Subject_NamesTheProviderFirst()
    {
        var person = new SignedInPerson { Provider = "corp", ProviderSubject = "alice", DisplayName = "Alice" };
        Assert.Equal("corp:alice", person.Subject);
    }

    [Fact]
    public void Text_ShowsNoToken()
    {
        var person = new SignedInPerson { Provider = "corp", ProviderSubject = "alice", DisplayName = "Alice", ProviderTokens = "secret"u8.ToArray() };
        Assert.DoesNotContain("secret", person.ToString(), StringComparison.Ordinal);
    }
}
