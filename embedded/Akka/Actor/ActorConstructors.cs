using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Akka.Actor;

/// <summary>
/// Compiled calls of actor constructors, shared by all props: a server makes the same props for every connection, and
/// compiling costs more than a thousand calls.
/// </summary>
internal static class ActorConstructors
{
    private static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> Invokers = new();

    public static ConstructorInvoker InvokerOf(ConstructorInfo constructor) =>
        Invokers.GetOrAdd(constructor, static c => ConstructorInvoker.Create(c));
}

/// <summary>Evaluates the arguments of a <c>new</c> expression, for the usual ones without compiling anything.</summary>
internal static class ExpressionValue
{
    public static object Of(Expression expression)
    {
        switch (expression)
        {
            case ConstantExpression constant:
                return constant.Value;
            case MemberExpression { Member: FieldInfo field } member:
                return field.GetValue(member.Expression is null ? null : Of(member.Expression));
            case MemberExpression { Member: PropertyInfo property } member:
                return property.GetValue(member.Expression is null ? null : Of(member.Expression));
            case UnaryExpression { NodeType: ExpressionType.Convert, Method: null } conversion
                when conversion.Type.IsAssignableFrom(conversion.Operand.Type):
                return Of(conversion.Operand);
            default:
                return Expression
                    .Lambda<System.Func<object>>(Expression.Convert(expression, typeof(object)))
                    .Compile(preferInterpretation: true)();
        }
    }
}
