using System.Globalization;

namespace Gatehouse.Bench.Profiling;

/// <summary>One frame of a sampled stack.</summary>
/// <param name="Symbol">
/// The function; for compiled methods with the assembly in brackets, as in <c>instance void [Assembly] Type::Method()</c>.
/// </param>
/// <param name="Image">The file that has the code.</param>
/// <param name="IsKernel">True for code of the kernel.</param>
internal readonly record struct StackFrame(string Symbol, string Image, bool IsKernel)
{
    private const ulong FirstOfKernel = 0xffff_8000_0000_0000;

    /// <summary>The assembly and type of a compiled method; empty for other code.</summary>
    public string Method => Symbol.IndexOf("] ", StringComparison.Ordinal) is > 0 and var end ? Symbol[(end + 2)..] : "";

    /// <summary>Reads a line of <c>perf script -F ip,sym,dso</c>. False for a line without a frame.</summary>
    public static bool TryParse(string line, out StackFrame frame)
    {
        frame = default;
        var text = line.AsSpan().Trim();
        var space = text.IndexOf(' ');
        var image = text.LastIndexOf(" (", StringComparison.Ordinal);
        if (space < 0 || image < space) return false;
        if (!ulong.TryParse(text[..space], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var address)) return false;
        var symbol = image > space ? text[(space + 1)..image] : "";
        frame = new StackFrame(symbol.ToString(), text[(image + 2)..].TrimEnd(')').ToString(), address >= FirstOfKernel);
        return true;
    }
}
