using System.Security.Cryptography;
using Gatehouse.Identity.Keys;

namespace Gatehouse.Identity.Tests.Keys;

/// <summary>The other form of ECDSA signatures, by the verifier of the runtime.</summary>
[Trait("Requirement", "ID-08")]
public sealed class EllipticCurveTests
{
    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("P-521")]
    public void OtherForm_IsValid_AndItsOtherFormIsTheFirst(string name)
    {
        var curve = EllipticCurve.Find(name)!;
        using var key = ECDsa.Create(curve.Curve);
        byte[] message = [1, 2, 3];
        for (var i = 0; i < 20; i++)
        {
            var signature = key.SignData(message, HashAlgorithmName.SHA256);
            var other = curve.FindOtherForm(signature)!;
            Assert.NotEqual(signature, other);
            Assert.True(key.VerifyData(message, other, HashAlgorithmName.SHA256));
            Assert.Equal(signature, curve.FindOtherForm(other));
        }
    }

    [Fact]
    public void NoSignature_HasNoOtherForm()
    {
        var curve = EllipticCurve.P256;
        Assert.Null(curve.FindOtherForm(new byte[63]));
        Assert.Null(curve.FindOtherForm(new byte[64]));
        Assert.Null(curve.FindOtherForm([.. Enumerable.Repeat((byte)255, 64)]));
    }
}
