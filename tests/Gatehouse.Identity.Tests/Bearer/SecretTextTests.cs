using System.Text.Json;
using Gatehouse.Identity.Bearer;

namespace Gatehouse.Identity.Tests.Bearer;

public sealed class SecretTextTests
{
    [Fact]
    public void RevealsOnlyOnRequest()
    {
        using var secret = new SecretText("hunter2");
        Assert.Equal("hunter2", secret.Reveal().ToString());
        Assert.Equal(SecretText.Mask, $"{secret}");
        Assert.Equal($"\"{SecretText.Mask}\"", JsonSerializer.Serialize(secret));
        Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<SecretText>("\"hunter2\""));
    }

    [Fact]
    public void CannotRevealWhatWasZeroed()
    {
        var secret = new SecretText("hunter2");
        var characters = secret.Reveal();
        secret.Dispose();
        Assert.Equal(new string('\0', 7), characters.ToString());
        Assert.Throws<ObjectDisposedException>(() => secret.Reveal().Length);
    }
}
