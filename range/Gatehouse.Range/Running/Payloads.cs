using System.Buffers.Text;
using System.Text;
using Gatehouse.Audit.Verification;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Storage;

namespace Gatehouse.Range.Running;

/// <summary>What an auditor with the key ring finds in the payloads that a gateway kept.</summary>
internal static class Payloads
{
    /// <summary>What payloads are sealed for.</summary>
    public const string Purpose = "audit-payload/v2";

    /// <summary>True when a kept payload holds the text.</summary>
    public static bool Hold(StateDirectory state, string text)
    {
        var keys = KeyRing.OpenOrCreate(state.KeyRing, TimeProvider.System);
        foreach (var entry in AuditLogReader.Read(state.Audit))
        {
            if (!entry.TryGetProperty("sealed", out var box)) continue;
            var owner = new[] { entry.GetProperty("iss").GetString()!, entry.GetProperty("sub").GetString()! };
            if (keys.TryOpenFor(Purpose, owner, Encoding.UTF8.GetBytes(entry.GetProperty("id").GetString()!),
                Base64Url.DecodeFromChars(box.GetString()), out var plain)
                && Encoding.UTF8.GetString(plain).Contains(text, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
