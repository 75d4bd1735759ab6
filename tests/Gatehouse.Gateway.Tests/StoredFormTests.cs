using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Containment;
using Gatehouse.Gateway.Approvals;
using Gatehouse.Gateway.Quarantine;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Tests;

/// <summary>
/// Generated readers give an absent member the default of its type, and not the initializer of its property. A row of an earlier build lacks the
/// members that came later: it is read as by reflection, which keeps initializers. The threat: a question without a number of approvers, which needs
/// none then.
/// </summary>
[Trait("Requirement", "ST-02")]
public sealed class StoredFormTests
{
    private static readonly JsonSerializerContext[] Contexts =
    [
        ApprovalFactsJson.Default, RememberedFactsJson.Default, ContainmentJson.Default, QuarantineFactsJson.Default, FalseAlarmJson.Default,
        FactsJson.Default, SignInJson.Default,
    ];

    public static TheoryData<int, Type> Forms
    {
        get
        {
            var forms = new TheoryData<int, Type>();
            for (var at = 0; at < Contexts.Length; at++)
            {
                foreach (var form in GeneratedForms.Reached(Contexts[at], RootsOf(Contexts[at]))) forms.Add(at, form);
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void AbsentMembers_HaveTheirDefaults(int context, Type form)
    {
        var generated = Contexts[context];
        var reflected = new JsonSerializerOptions(generated.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };
        var text = GeneratedForms.Least(generated, form).ToJsonString();
        var read = JsonSerializer.Deserialize(text, generated.GetTypeInfo(form)!);
        var expected = JsonSerializer.Deserialize(text, form, reflected);
        Assert.Equal(JsonSerializer.Serialize(expected, form, reflected), JsonSerializer.Serialize(read, form, reflected));
    }

    [Fact]
    public void EmptyTerms_AskForAnApprovalOfOnePerson()
    {
        var read = JsonSerializer.Deserialize("{}", (JsonTypeInfo<ApprovalTerms>)ApprovalFactsJson.Default.GetTypeInfo(typeof(ApprovalTerms))!)!;
        Assert.Equal((ApprovalStrength.Approval, 1), (read.Strength, read.Approvers));
        Assert.Contains(Forms, static row => row.Data.Item2 == typeof(ApprovalTerms));
    }

    private static IEnumerable<Type> RootsOf(JsonSerializerContext context) => context.GetType().GetCustomAttributesData()
        .Where(static one => one.AttributeType == typeof(JsonSerializableAttribute)).Select(static one => (Type)one.ConstructorArguments[0].Value!);
}
