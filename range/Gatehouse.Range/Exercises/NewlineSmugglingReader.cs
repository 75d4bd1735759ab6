using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>Newline smuggling into a small line reader.</summary>
public sealed class NewlineSmugglingReader : NewlineSmuggling
{
    /// <inheritdoc />
    public override string Id => "newline-smuggling-reader";

    /// <inheritdoc />
    public override string Title => "Line breaks in a body, into a Python line reader";

    /// <inheritdoc />
    public override Need Needs => Need.Python;

    internal override string[] Command(RangeFixture fixture) => [fixture.Tools.Python!, fixture.Script("line-server.py"), fixture.Canary.File];
}
