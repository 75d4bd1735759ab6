using System.Security.Cryptography;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The lock: keys are keys, there are as many as must sign, and no two settings contradict each other.</summary>
internal static class LockRules
{
    public static void Check(ConfigurationSection root, bool development, FaultList faults)
    {
        var section = root.Part("lock");
        if (!section.IsGiven) return;
        CheckPeople(root, section, development, faults);
        var points = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in section.Items("keys"))
        {
            if (Key(item.Text) is not { } key)
                faults.Add(item, "this is not a P-256 public key", "write the line that 'gatehouse lock approve --new-key' printed");
            else if (!points.Add(Convert.ToHexString(key)))
                faults.Add(item, "this key occurs twice, and would count as one signer", "give each person a different key");
        }

        if (!section.Wrote("file"))
        {
            foreach (var item in section.Items("keys").Take(1))
                faults.Add(item, "signatures require a lock file", "give the file in lock.file, or remove the keys");
        }

        if (section.Find("requiredSignatures") is not { } signatures || section.Get<long>("requiredSignatures") == 0) return;
        if (section.Items("keys").Count < section.Get<long>("requiredSignatures"))
            faults.Add(signatures, "the number of listed keys is smaller than the number of required signatures", "list more keys, or require fewer signatures");
        if (section.Find("firstUse")?.Text is "trust" or "off")
            faults.Add(signatures, "definitions that are trusted on first use have no signatures", "write 'firstUse: refuse', or require no signatures");
    }

    // Otherwise a definition that the lock withholds could never be approved, and the fault would show only then.
    private static void CheckPeople(ConfigurationSection root, ConfigurationSection section, bool development, FaultList faults)
    {
        if (section.Find("approvers") is not { } approvers || section.Get<long>("approvers") < 2) return;
        if (development)
            faults.Add(approvers, "with --dev there is one person only, so that no second person can approve a definition",
                "start the gateway without --dev, or remove 'approvers'");
        else if (ObligationRules.OnlySubject(root.Part("administration").Part("who")) is not null)
            faults.Add(approvers, "there is only one administrator, so that no second person can approve a definition",
                "name another person in administration.who, or remove 'approvers'");
    }

    /// <summary>Returns the key as SubjectPublicKeyInfo, written again so that equal keys have equal bytes. Null when it is none of P-256.</summary>
    public static byte[]? Key(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) return null;
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(bytes.AsSpan(0, length), out var read);
            return read == length && key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? key.ExportSubjectPublicKeyInfo() : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
