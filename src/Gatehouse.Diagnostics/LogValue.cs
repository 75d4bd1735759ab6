using System.Globalization;
using Gatehouse.Text;

namespace Gatehouse.Diagnostics;

/// <summary>
/// A value that may be in a line for the operator: a number, an id, a code, a configured name, the cause of a fault, and in few events escaped
/// text from outside. There is no conversion from a string: text from a message, a subject or an exception cannot get into a line by accident
/// (CWE-532).
/// </summary>
public readonly struct LogValue : IEquatable<LogValue>
{
    /// <summary>The largest number of characters of a value. A longer one is cut, and its end shows that.</summary>
    public const int LongestText = 2048;

    /// <summary>The largest number of characters of a value that may quote text from outside.</summary>
    public const int LongestOutside = 512;

    // A stack of more frames says no more about the place of a fault.
    private const int MostFrames = 8;
    private const int MostCauses = 4;

    private readonly string? text;

    // The one place of the cut: a sink that takes the values by name never sees the line, which has a bound of its own.
    private LogValue(string text) => this.text = VisibleText.Cut(text, LongestText);

    /// <summary>A number.</summary>
    public static implicit operator LogValue(long number) => new(number.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc cref="op_Implicit(long)"/>
    public static LogValue FromInt64(long number) => number;

    /// <summary>An id of this program: of an exchange, a digest, a block of addresses.</summary>
    public static LogValue Id(string id) => new(id);

    /// <summary>A code, a kind or a reason of a closed list of this program.</summary>
    public static LogValue Code(string code) => new(code);

    /// <summary>A name, a path or a fault of a configuration that the operator wrote, in this program's words.</summary>
    public static LogValue Configured(string text) => new(VisibleText.Escape(text.ReplaceLineEndings(" ")));

    /// <summary>
    /// Words of this program that may quote text from outside, such as an address that the metadata of an issuer name. All of it is escaped, and it
    /// has at most <see cref="LongestOutside"/> characters: what follows it in the line is not pushed out of sight.
    /// </summary>
    public static LogValue Outside(string words) => new(VisibleText.Bounded(words, LongestOutside));

    /// <summary>The fault of a file that the operator wrote, or of a volume; it may be the message of an exception about that file.</summary>
    public static LogValue FileFault(string fault) => Configured(fault);

    /// <summary>A count with its noun in the right number: <c>1 fault</c>, <c>2 faults</c>.</summary>
    public static LogValue Count(long count, string noun) => new(Counted.Of(count, noun));

    /// <summary>
    /// The cause of a fault: the types of the exception and of those inside it, with the system's codes. Messages are left out, since they
    /// may hold content; <see cref="IContentFreeFault"/> says that one does not.
    /// </summary>
    public static LogValue Cause(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var causes = new List<string>();
        for (var one = fault; one is not null && causes.Count < MostCauses; one = one.InnerException!) causes.Add(CauseOf(one));
        return new LogValue(string.Join(" < ", causes));
    }

    /// <summary>The cause of a fault, and the places of the code where it came up.</summary>
    public static LogValue CauseAndPlace(Exception fault)
    {
        var frames = new System.Diagnostics.StackTrace(fault).GetFrames().Take(MostFrames)
            .Select(System.Diagnostics.DiagnosticMethodInfo.Create).OfType<System.Diagnostics.DiagnosticMethodInfo>()
            .Select(static method => $"{method.DeclaringTypeName}.{method.Name}");
        return new LogValue($"{Cause(fault)} at {string.Join(" < ", frames)}");
    }

    /// <inheritdoc />
    public override string ToString() => text ?? "";

    /// <inheritdoc />
    public bool Equals(LogValue other) => text == other.text;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is LogValue other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => text?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>Equality by text.</summary>
    public static bool operator ==(LogValue left, LogValue right) => left.Equals(right);

    /// <summary>Inequality by text.</summary>
    public static bool operator !=(LogValue left, LogValue right) => !left.Equals(right);

    private static string CauseOf(Exception fault) => fault switch
    {
        IContentFreeFault => fault.Message,
        System.Net.Sockets.SocketException socket => $"{fault.GetType().FullName} ({socket.SocketErrorCode})",
        HttpRequestException { StatusCode: { } status } => $"status {((int)status).ToString(CultureInfo.InvariantCulture)}",
        IOException => $"{fault.GetType().FullName} (code {(fault.HResult & 0xffff).ToString(CultureInfo.InvariantCulture)})",
        _ => fault.GetType().FullName ?? fault.GetType().Name,
    };
}
