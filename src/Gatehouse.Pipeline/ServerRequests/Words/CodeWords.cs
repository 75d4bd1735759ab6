using System.Collections.Frozen;

namespace Gatehouse.Pipeline.ServerRequests.Words;

/// <summary>
/// The words around a one-time code: the digits of an authenticator, or a code that was sent by a message. The words vary, but the source of the code
/// does not (H10).
/// </summary>
internal static class CodeWords
{
    /// <summary>The detected term, for the event.</summary>
    public const string Term = "one time code";

    private const int Reach = 7;

    private static readonly FrozenSet<string> Codes = Set(
        "code codes digit digits number numbers ziffern zahlen zahl codigo codigos cifras digitos chiffres chiffre numero codice cifre cijfers "
            + "cijfer siffror siffrorna kod koden kode tall cislo cisla kodu cyfry cyfr rakam код");

    private static readonly FrozenSet<string> Generators =
        Set("authenticator authentificator autenticador authentificateur authenticatore autenticatore yubikey totp authy");

    private static readonly FrozenSet<string> Senders = Set("sms texted смс");

    // Values that a message contains, if the words say that it was sent: a code, and not just any number.
    private static readonly FrozenSet<string> Sent = Set(
        "sent emailed mailed received geschickt gesendet zugesandt erhalten bekommen envoye envoyons recu recevoir enviado enviamos recibido "
            + "recibio recibir inviato ricevuto ricevere recebido recebeu receber gestuurd "
        + "verzonden ontvangen gekregen wyslany wyslalismy otrzymany otrzymales otrzymalas dostales пришел пришедший прислали отправили "
        + "отправленный полученный получили");

    private static readonly FrozenSet<string> SentCodes = Set("code codes digits kod codigo codice код");

    private static readonly FrozenSet<string> Phones = Set("phone telephone mobile telefon telefonnummer handynummer telefono telephonique celular");

    private static readonly FrozenSet<string> OtherCodes = Set(
        "discount promo promotion coupon voucher tracking booking order country area zip postal gift product error referral invite invitation qr "
            + "source status exit return bar account phone telephone mobile house "
        + "line version serial model batch invoice case ticket bestell sendungs land suivi promotionnel seguimiento descuento desconto sconto "
        + "rabatowy скидки");

    /// <summary>Tells whether a clause asks for such a code.</summary>
    public static bool AskedIn(List<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (Sent.Contains(words[i]) && IsNear(words, i)) return true;
            if (!Generators.Contains(words[i]) && !(Senders.Contains(words[i]) && !words.Exists(Phones.Contains))) continue;
            for (var near = Math.Max(0, i - Reach); near < Math.Min(words.Count, i + Reach + 1); near++)
            {
                if (near != i && Codes.Contains(words[near]) && !(near > 0 && OtherCodes.Contains(words[near - 1]))
                    && !(Senders.Contains(words[i]) && words[near] is "number" or "numbers" or "numero" or "nombre"))
                    return true;
            }
        }

        return false;
    }

    private static bool IsNear(List<string> words, int sent)
    {
        for (var i = Math.Max(0, sent - Reach); i < Math.Min(words.Count, sent + Reach + 1); i++)
        {
            if (SentCodes.Contains(words[i]) && !(i > 0 && OtherCodes.Contains(words[i - 1]))
                && !(i + 1 < words.Count && OtherCodes.Contains(words[i + 1])) && !(i + 2 < words.Count && OtherCodes.Contains(words[i + 2])))
                return true;
        }

        return false;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
