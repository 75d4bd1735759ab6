using System.Security.Cryptography;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Configuration.Rules;

/// <summary>The lock: keys are keys, there are as many as must sign, and no two settings contradict each other.</summary>
internal static class LockRules
{
    public static void Check(ConfigurationSection root, FaultList faults)
    {
        var section = root.Part("lock");
        if (!section.IsGiven) return;
        var points = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in section.Items("keys"))
        {
            if (Key(item.Text) is not { } key)
                faults.Add(item, "this is no public key of P-256", "write the line that 'gatehouse lock approve --new-key' printed");
            else if (!points.Add(Convert.ToHexString(key)))
                faults.Add(item, "this key stands here twice, and would be one signer", "give each person a key of their own");
        }

        if (!section.Wrote("file"))
        {
            foreach (var item in section.Items("keys").Take(1))
                faults.Add(item, "without a lock file nothing is signed", "name the file in lock.file, or remove the keys");
        }

        if (section.Find("requiredSignatures") is not { } signatures || section.Get<long>("requiredSignatures") == 0) return;
        if (section.Items("keys").Count < section.Get<long>("requiredSignatures"))
            faults.Add(signatures, "fewer keys are listed than must sign", "list more keys, or ask for fewer signatures");
        if (section.Find("firstUse")?.Text is "trust" or "off")
            faults.Add(signatures, "what is taken on first use has no signatures", "write 'firstUse: refuse', or ask for no signatures");
    }

    /// <summary>The key as SubjectPublicKeyInfo, written anew so that equal keys have equal bytes; null when it is none of P-256.</summary>
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
