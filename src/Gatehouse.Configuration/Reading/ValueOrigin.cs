namespace Gatehouse.Configuration.Reading;

/// <summary>The source of a value.</summary>
/// <param name="Text"><c>default</c>, <c>file:LINE</c>, <c>env:NAME</c> or <c>flag</c>.</param>
/// <param name="Remark">The addition to a fault, so that an operator does not look for the value in the file.</param>
internal sealed record ValueOrigin(string Text, string Remark)
{
    public static ValueOrigin Default { get; } = new("default", "");

    public static ValueOrigin File(int line) => new($"file:{line}", "");

    public static ValueOrigin Variable(string name) => new($"env:{name}", $" (from the variable {name})");

    public static ValueOrigin Flag(string name) => new("flag", $" (from the flag {name})");
}
