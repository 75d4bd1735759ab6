using System.Text;
using Gatehouse.Audit.Privacy;
using Gatehouse.Audit.Search;
using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Range.Running;

/// <summary>The payloads that a gateway kept, as an auditor with the keys reads them.</summary>
internal static class Payloads
{
    /// <summary>True when a kept payload holds the text.</summary>
    public static bool Hold(StateDirectory state, string text)
    {
        using var keys = StoredSubjectKeys.Beside(state.Audit, TimeProvider.System);
        if (keys is null) return false;
        var boxes = new PayloadBoxes(keys);
        foreach (var entry in OpenedLog.Read(state.Audit, TimeProvider.System))
        {
            if (entry.TryGetProperty("sealed", out var box) && boxes.TryOpen(entry.GetProperty("id").GetString()!, box.GetString()!, out var plain)
                && Encoding.UTF8.GetString(plain).Contains(text, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
