using Gatehouse.Pipeline;

namespace Gatehouse.House.Tests;

public sealed class ReferencePageTests
{
    [Fact]
    public void ErrorsPage_IsWhatTheTableOfReasonsSays() => Repository.RequireEqual("docs/reference/errors.md", ReasonsReference.Render());

    [Fact]
    public void StatusesPage_IsWhatTheTableOfReasonsSays() => Repository.RequireEqual("docs/reference/statuses.md", StatusReference.Render());
}
