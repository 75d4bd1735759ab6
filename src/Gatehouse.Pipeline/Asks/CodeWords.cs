using System.Collections.Frozen;

namespace Gatehouse.Pipeline.Asks;

/// <summary>
/// A code for one use, by what is said around it: the digits of an authenticator, the code that was sent by a message. The words differ, and what they come
/// from does not (H10).
/// </summary>
internal static class CodeWords
{
    /// <summary>What was found, for the event.</summary>
    public const string Term = "one time code";

    private const int Reach = 7;

    private static readonly FrozenSet<string> Codes = Set(
        "code codes digit digits number numbers ziffern zahlen zahl codigo codigos cifras digitos chiffres chiffre numero codice cifre cijfers cijfer siffror siffrorna kod koden kode tall cislo cisla kodu cyfry cyfr rakam");

    private static readonly FrozenSet<string> Generators = Set("authenticator authentificator autenticador authentificateur authenticatore autenticatore yubikey totp authy");

    private static readonly FrozenSet<string> Senders = Set("sms texted");

    private static readonly FrozenSet<string> Phones = Set("phone telephone mobile telefon telefonnummer handynummer telefono telephonique celular");

    private static readonly FrozenSet<string> OtherCodes = Set(
        "discount promo promotion coupon voucher tracking booking order country area zip postal gift product error referral invite invitation qr source status exit return bar account phone telephone mobile house "
        + "line version serial model batch invoice case ticket bestell sendungs land suivi promotionnel seguimiento descuento");

    /// <summary>Whether a clause asks for such a code.</summary>
    public static bool AskedIn(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!Generators.Contains(words[i]) && !(Senders.Contains(words[i]) && !words.Exists(Phones.Contains))) continue;
            for (var near = Math.Max(0, i - Reach); near < Math.Min(words.Count, i + Reach + 1); near++)
            {
                if (near != i && Codes.Contains(words[near]) && !(near > 0 && OtherCodes.Contains(words[near - 1])) && !(Senders.Contains(words[i]) && words[near] is "number" or "numbers" or "numero" or "nombre"))
                    return true;
            }
        }

        return false;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
