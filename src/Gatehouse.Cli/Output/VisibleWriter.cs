using System.Text;
using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>The messages of the library for command lines about wrong ones, with the typed words escaped.</summary>
internal sealed class VisibleWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value) => inner.Write(VisibleText.EscapeLines(value ?? ""));

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void WriteLine(string? value) => inner.WriteLine(VisibleText.Escape(value ?? ""));

    public override void Flush() => inner.Flush();
}
