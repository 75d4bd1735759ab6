using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Storage;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Tokens;

/// <summary>Facts open only where they were sealed.</summary>
[Trait("Requirement", "B30")]
[Trait("NoRetry", "yes")]
public sealed class SealedFactsTests
{
    private static readonly IssuedGrant Facts = new("grant-of-alice");

    private readonly RingSealer ring = new(KeyRing.CreateInMemory(new ManualTimeProvider()));
    private readonly SealedFacts seal;

    public SealedFactsTests() => seal = new SealedFacts(ring);

    [Fact]
    public void Facts_OpenAtTheirPlace()
    {
        var message = seal.Seal(Purposes.Grant, "one", Facts);
        Assert.Equal(Facts, seal.Open<IssuedGrant>(Purposes.Grant, "one", message));
        Assert.DoesNotContain("grant-of-alice", System.Text.Encoding.Latin1.GetString(message), StringComparison.Ordinal);
    }

    // The grant of a build that did not say what its client was.
    [Theory]
    [InlineData(""","Client":{"Origin":0,"IsConfidential":false}""", true)]
    [InlineData("", false)]
    public void AGrantThatDoesNotSayWhatItsClientWas_DoesNotOpen(string client, bool isOpen)
    {
        var text = $$"""{"Person":{"Provider":"corp","ProviderSubject":"alice","DisplayName":"Alice"},"Scopes":[]{{client}}}""";
        var message = ring.Seal(SealedFacts.RingPurpose, [Purposes.Grant, "one"], System.Text.Encoding.UTF8.GetBytes(text));
        Assert.Equal(isOpen, seal.Open<GrantFacts>(Purposes.Grant, "one", message) is not null);
    }

    [Theory]
    [InlineData(Purposes.Grant, "two")]
    [InlineData(Purposes.Code, "one")]
    [InlineData("grantone", "")]
    [InlineData("", "grantone")]
    public void Facts_OfAnotherPurposeOrOwner_DoNotOpen(string purpose, string owner) =>
        Assert.Null(seal.Open<IssuedGrant>(purpose, owner, seal.Seal(Purposes.Grant, "one", Facts)));

    [Fact]
    public void Facts_OfAnotherRing_OrChangedAnywhere_DoNotOpen()
    {
        var message = seal.Seal(Purposes.Grant, "one", Facts);
        var other = new SealedFacts(new RingSealer(KeyRing.CreateInMemory(new ManualTimeProvider())));
        Assert.Null(other.Open<IssuedGrant>(Purposes.Grant, "one", message));
        Assert.Null(seal.Open<IssuedGrant>(Purposes.Grant, "one", default));
        for (var index = 0; index < message.Length; index++)
        {
            message[index] ^= 1;
            Assert.Null(seal.Open<IssuedGrant>(Purposes.Grant, "one", message));
            message[index] ^= 1;
        }
    }
}
