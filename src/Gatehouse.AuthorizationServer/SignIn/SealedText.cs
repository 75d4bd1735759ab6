using System.Buffers.Text;
using Gatehouse.AuthorizationServer.Host;

namespace Gatehouse.AuthorizationServer.SignIn;

/// <summary>Sealed facts as a text for a form or a cookie. They belong to no row, so the purpose is all that the seal binds.</summary>
internal static class SealedText
{
    /// <summary>Seals facts.</summary>
    public static string Of<T>(ISealedFacts seals, string purpose, T facts)
        where T : class => Base64Url.EncodeToString(seals.Seal(purpose, "", facts));

    /// <summary>Opens a text of a stranger; null when it is none that was sealed for the purpose.</summary>
    public static T? Open<T>(ISealedFacts seals, string purpose, string? text)
        where T : class => text is null || !Base64Url.IsValid(text) ? null : seals.Open<T>(purpose, "", Base64Url.DecodeFromChars(text));
}
